import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { eventually } from './eventually.js';
import { Link } from './link.js';

describe('a link', () => {
  let echo: Server;
  let link: Link;
  let socket: Socket;
  let heard = '';
  let ended: string | undefined;

  beforeEach(async () => {
    [heard, ended] = ['', undefined];
    echo = createServer((each) => each.on('error', () => undefined).pipe(each)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const { port } = echo.address() as AddressInfo;
    link = await Link.open(() => ({ host: '127.0.0.1', port }));
    socket = connect(link.port, '127.0.0.1');
    socket.on('data', (data) => {
      heard += data;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      ended = error.code;
    });
    await say('first');
    await eventually(() => expect(heard).toBe('first'));
  });
  afterEach(async () => {
    socket.destroy();
    await link.close();
    echo.close();
  });

  const say = (text: string) => new Promise<unknown>((resolve) => socket.write(text, resolve));
  const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

  it.each([['there'], ['back']] as const)('holds back what is sent while %s is cut, and loses nothing', async (way) => {
    link.cut(way);
    await say(' second');
    await pause();
    expect(heard).toBe('first');
    link.heal();
    await eventually(() => expect(heard).toBe('first second'));
  });

  it('delays, and keeps the order', async () => {
    link.delay(60);
    const startedAt = performance.now();
    for (const letter of 'abc') await say(letter);
    await eventually(() => expect(heard).toBe('firstabc'));
    expect(performance.now() - startedAt).toBeGreaterThan(100); // there, and back
  });

  it('resets what stands', async () => {
    link.reset();
    await eventually(() => expect(ended).toBe('ECONNRESET'));
    expect(link.connections).toBe(0);
  });

  it('lets the other end vanish without telling anybody, and takes new connections', async () => {
    link.vanish();
    await say(' second');
    await pause();
    expect([heard, ended, socket.destroyed]).toEqual(['first', undefined, false]);
    const other = connect(link.port, '127.0.0.1');
    other.write('well');
    const [data] = await once(other, 'data');
    expect(String(data)).toBe('well');
    other.destroy();
  });

  it('damages what passes', async () => {
    link.damage();
    await say('xyz');
    await eventually(() => expect(heard).toHaveLength('firstxyz'.length));
    expect(heard).not.toBe('firstxyz');
  });

  it('tells of an end that is an end', async () => {
    const end = once(socket, 'end');
    socket.end();
    await end;
  });
});
