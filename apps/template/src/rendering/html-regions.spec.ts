import fc from 'fast-check';
import { HtmlRegions } from './html-regions.js';

const regionsOf = (html: string) =>
  [...new HtmlRegions(html)].map(({ kind, start, end, inComment, ...rest }) => {
    const named = 'name' in rest ? `${rest.name} ` : '';
    return `${inComment ? 'hidden ' : ''}${kind} ${named}${JSON.stringify(html.slice(start, end))}`;
  });

describe('the regions of HTML', () => {
  it('are texts, attributes, elements and style sheets', () => {
    expect(regionsOf(`<p Class="a" id='b' x=c hidden>Hi<br/></p><style>a{}</style>`)).toEqual([
      'element p "p"',
      'attribute class "a"',
      'attribute id "b"',
      'attribute x "c"',
      'attribute hidden ""',
      'text "Hi"',
      'element br "br"',
      'element style "style"',
      'style "a{}"',
    ]);
  });

  it('are seen as browsers see them, however odd the HTML is', () => {
    expect(regionsOf('a < b <3 </ x> <!x> <?y> </>')).toEqual(['text "a < b <3 "', 'text " "', 'text " "', 'text " "']);
    expect(regionsOf('<title><b></title><script><i></script>x')).toEqual([
      'element title "title"',
      'text "<b>"',
      'element script "script"',
      'text "x"',
    ]);
    expect(regionsOf('<!-->a<!--->b<!-- <i> --!>c')).toEqual([
      'text "a"',
      'text "b"',
      'hidden text " "',
      'hidden element i "i"',
      'hidden text " "',
      'text "c"',
    ]);
  });

  it('go on inside conditional comments, which Outlook reads', () => {
    expect(regionsOf('<!--[if mso]><v:fill src="a" /><![endif]--><!--[if !mso]><!--><b><!--<![endif]-->')).toEqual([
      'hidden element v:fill "v:fill"',
      'hidden attribute src "a"',
      'element b "b"',
    ]);
  });

  it('come in their order, do not overlap, and take time in proportion to the HTML', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '<!--',
      '-->',
      '"',
      "'",
      '=',
      '/',
      ' ',
      'a',
      '<a b="',
      '<style>',
      '</style>',
      '<!',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const html = parts.join('');
        let position = 0;
        for (const { start, end } of new HtmlRegions(html)) {
          expect(start).toBeGreaterThanOrEqual(position);
          expect(end).toBeGreaterThanOrEqual(start);
          position = end;
        }
        expect(position).toBeLessThanOrEqual(html.length);
      }),
    );
    for (const repeated of ['<!--', '<a b="', '<style>', '<![', '</', '<a b=']) {
      expect([...new HtmlRegions(repeated.repeat(100_000))].length).toBeLessThan(400_000);
    }
  });
});
