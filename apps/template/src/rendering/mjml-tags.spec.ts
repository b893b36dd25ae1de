import { tagProblem } from './mjml-tags.js';

describe("MJML's own tags", () => {
  it('are in order where each ends where it should', () => {
    const mjml = `<mjml><mj-body><!-- </mj-x> --><mj-section a="1 > 2" b='/>'><mj-column><mj-text>a <b>x<br></mj-text>
      <mj-image src="a"/><MJ-Spacer /><mj-raw><![CDATA[<mj-text>]]></mj-raw></mj-column></mj-section></mj-body></mjml>`;
    expect(tagProblem(mjml)).toBeUndefined();
    expect(tagProblem('')).toBeUndefined();
  });

  it.each([
    ['<mjml>\n<mj-body>\n</mjml>', 'Line 3: </mjml> stands before the end of <mj-body> of line 2.'],
    ['<mjml>\n<mj-body>', 'Line 2: <mj-body> does not end.'],
    ['<mjml></mjml>\n</mj-body>', 'Line 2: </mj-body> ends nothing.'],
    ['<mjml>\n<mj-include path="./a.mjml" /></mjml>', 'Line 2: mj-include is not available.'],
    ['<mjml><mj-body title="></mjml>', 'Line 1: <mj-body> does not end.'],
  ])('are refused where they are not: %s', (mjml, problem) => expect(tagProblem(mjml)).toBe(problem));

  it('are checked in time in proportion to their number', () => {
    expect(tagProblem('<mj-a x="'.repeat(100_000))).toBe('Line 1: <mj-a> does not end.');
    expect(tagProblem('<!--'.repeat(200_000))).toBeUndefined();
  });
});
