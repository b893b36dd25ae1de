import { queueAway } from '../queue.errors.js';
import { Occupancy } from './occupancy.js';

describe('the occupancy', () => {
  it('counts what this process publishes between two looks', async () => {
    const occupancy = new Occupancy(100, async () => 50);
    await occupancy.admit(30);
    await occupancy.admit(20);
    await expect(occupancy.admit(1)).rejects.toMatchObject({ trouble: 'FULL' });
  });

  it('looks once where many publish at once', async () => {
    let looks = 0;
    const occupancy = new Occupancy(100, async () => {
      looks++;
      return 0;
    });
    await Promise.all(Array.from({ length: 10 }, () => occupancy.admit(1)));
    expect(looks).toBe(1);
  });

  it('admits nothing before it has seen the queue, and looks again at the next publish', async () => {
    const answers = [Promise.reject(queueAway('x')), Promise.resolve(0)];
    answers[0]!.catch(() => {});
    const occupancy = new Occupancy(100, () => answers.shift()!);
    await expect(occupancy.admit(1)).rejects.toMatchObject({ trouble: 'AWAY' });
    await occupancy.admit(1);
  });

  it('admits again once a look finds room', async () => {
    let bytes = 100;
    const occupancy = new Occupancy(100, async () => bytes);
    await expect(occupancy.admit(1)).rejects.toMatchObject({ trouble: 'FULL' });
    bytes = 0;
    await new Promise((resolve) => setTimeout(resolve, 300));
    await occupancy.admit(1);
  });
});
