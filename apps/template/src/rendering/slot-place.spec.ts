import { HtmlRegions } from './html-regions.js';
import { slotPlace } from './slot-place.js';

/** Where the T of some HTML stands. */
function placeOf(html: string): string {
  const start = html.indexOf('T');
  const token = { field: 0, start, end: start + 1 };
  const region = [...new HtmlRegions(html)].find((span) => span.start <= start && token.end <= span.end);
  const found = slotPlace(html, token, region);
  return 'place' in found ? found.place : `refused: ${found.problem}`;
}

describe('the place of a merge field', () => {
  it.each([
    ['<p>T</p>', 'html'],
    ['<title>T</title>', 'html'],
    ['<textarea>T</textarea>', 'html'],
    ['<p title="T">', 'html'],
    ['<!-- T -->', 'html'],
    ['<!--[if mso]><v:fill src="T"><![endif]-->', 'address'],
    ['<a href="T">', 'address'],
    ['<a href=" T/x">', 'address'],
    ['<a xlink:href="T">', 'address'],
    ['<td background="T">', 'address'],
    ['<a href="https://a.example/T">', 'addressPart'],
    ['<a href="/a?b=T">', 'addressPart'],
    ['<a href="xT">', 'addressPart'],
    ['<img srcset="a.png 1x, T 2x">', 'address'],
    ['<a href="mailto:T?subject=x">', 'contact'],
    ['<a href="tel:T">', 'contact'],
    ['<a href="mailto:a@b.example?subject=T">', 'addressPart'],
    ['<p style="color:T">', 'css'],
    ['<p style="background:url(T)">', 'address'],
    ['<p style="background:url( &quot;T&quot;)">', 'address'],
    ['<p style="background:url(/a/T)">', 'addressPart'],
    ['<p style="background:url(a) T">', 'css'],
    ['<p style="width:calc(T)">', 'css'],
    ['<style>a{color:T}</style>', 'css'],
    ["<style>a{background:url('T')}</style>", 'cssAddress'],
    ["<style>a{background:url('x/T')}</style>", 'addressPart'],
    [`<style>a{background:url(${' '.repeat(2000)}T)}</style>`, 'css'],
    [`<a href="${'/'.repeat(2000)}T">`, 'addressPart'],
  ])('in %s', (html, place) => expect(placeOf(html)).toBe(place));

  it.each([
    ['<T>', 'cannot stand in a tag, in a script or the like'],
    ['<p T>', 'cannot stand in a tag, in a script or the like'],
    ['<p T="a">', 'cannot stand in a tag, in a script or the like'],
    ['<p><!T></p>', 'cannot stand in a tag, in a script or the like'],
    ['<xmp>T</xmp>', 'cannot stand in a tag, in a script or the like'],
    ['<a href=T>', 'needs quotes around the value of href'],
    ['<p>&#T;</p>', 'cannot stand in a character reference'],
    ['<a href="T:x">', 'cannot be a part of the scheme of an address'],
    ['<a href="javaT&#58;x">', 'cannot be a part of the scheme of an address'],
    [`<a href="T${'x'.repeat(2000)}:">`, 'cannot be a part of the scheme of an address'],
    ['<style>a{b:url(T:x)}</style>', 'cannot be a part of the scheme of an address'],
    ['<!-- T->x -->', 'cannot stand before ">" in a comment'],
    ['<!--[if mso]><p title="T>"><![endif]-->', 'cannot stand before ">" in a comment'],
  ])('is none in %s', (html, problem) => expect(placeOf(html)).toBe(`refused: ${problem}`));
});
