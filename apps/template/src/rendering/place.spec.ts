import fc from 'fast-check';
import { places } from './place.js';

const anyText = fc.string({ unit: 'binary' });

describe('a value in a subject', () => {
  it('starts no new line, and so no new header', () => {
    expect(places.plain('Hi\r\nBcc: eve@example.com')).toBe('Hi Bcc: eve@example.com');
    fc.assert(fc.property(anyText, (text) => !/[\p{Cc}\u2028\u2029]/u.test(places.plain(text))));
  });

  it('is not escaped: a subject is no HTML', () => expect(places.plain('A & B <3')).toBe('A & B <3'));
});

describe('a value in HTML', () => {
  it('is text, whatever it is', () => {
    expect(places.html(`<b a="1" b='2'>&amp;`)).toBe('&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;');
    fc.assert(fc.property(anyText, (text) => !/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/.test(places.html(text))));
  });
});

describe('a value as an address', () => {
  it('stays as it is, as far as it can', () => {
    const address = 'https://example.com/a/b?c=d%20e&f=g#h';
    expect(places.address(address)).toBe(address.replace('&', '&amp;'));
    expect(places.cssAddress(address)).toBe(address);
    expect(places.address(' /a b/"ü"/100% ')).toBe('/a%20b/%22%C3%BC%22/100%25');
  });

  it('is never a script, nor a document of its own', () => {
    for (const scheme of ['javascript', 'VbScript', 'data', 'java\tscript', ' \u0001javascript', 'java\nscript\r']) {
      expect(places.address(`${scheme}:alert(1)`)).toBeUndefined();
    }
    expect(places.address('https://example.com/?q=javascript:')).toBe('https://example.com/?q=javascript:');
  });

  it('has no character that ends a value in HTML or an address in CSS', () => {
    fc.assert(fc.property(anyText, (text) => !/[\s<>"'()\\]/.test(places.address(text) ?? '')));
    fc.assert(fc.property(anyText, (text) => !/[\s<>"'()\\]/.test(places.cssAddress(text) ?? '')));
  });
});

describe('a value within an address', () => {
  it('is one piece of it, whatever it is', () => {
    expect(places.addressPart('a&b=c/../d?#%20')).toBe('a%26b%3Dc%2F..%2Fd%3F%23%2520');
    fc.assert(fc.property(anyText, (text) => /^[A-Za-z0-9._~%-]*$/.test(places.addressPart(text))));
  });

  it('can be a mailbox or a telephone number', () => {
    expect(places.contact('Ann@example.com')).toBe('Ann@example.com');
    expect(places.contact('+1 555?subject=x')).toBe('+1%20555%3Fsubject%3Dx');
  });
});

describe('a value in CSS', () => {
  it('can be a colour, a size, a font', () => {
    for (const text of ['#ff0000', '12.5px', 'Open Sans, sans-serif', '50%', '']) expect(places.css(text)).toBe(text);
  });

  it('is nothing that could be more than a word', () => {
    for (const text of ['red;position:fixed', 'url(x)', 'red}', 'a/*', '"', '\\72 ed', '</style>', 'a\nb']) {
      expect(places.css(text)).toBeUndefined();
    }
  });
});
