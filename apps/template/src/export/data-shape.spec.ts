import { sourceOf } from '../../test/sample-program.js';
import { compile } from '../rendering/compile.js';
import { dataShape, declarationOf, typeNameOf } from './data-shape.js';

const shapeOf = async (text: string) =>
  dataShape(
    await compile(sourceOf({ text, mjml: '<mjml></mjml>' }), async () => ({ html: '', text: '', problems: [] })),
  );

describe('the type of a template’s data', () => {
  it('requires what is always printed, and what holds it', async () => {
    const shape = await shapeOf(
      '{{ first_name }}{{ shop.url }}{{ last | default: "x" }}{{#if plan == "pro"}}{{ seats }}{{/if}}{{#each order.items as item}}{{ item.name }}{{#if item.sale}}!{{/if}}{{#each item.tags as t}}{{ t }}{{/each}}{{/each}}{{ a-b }}',
    );
    expect(declarationOf('Welcome', shape)).toBe(`export interface Welcome {
  readonly "a-b": string | number | boolean;
  readonly first_name: string | number | boolean;
  readonly last?: string | number | boolean;
  readonly order: {
    readonly items: readonly {
      readonly name: string | number | boolean;
      readonly sale?: unknown;
      readonly tags: readonly (string | number | boolean)[];
    }[];
  };
  readonly plan?: unknown;
  readonly seats?: string | number | boolean;
  readonly shop: {
    readonly url: string | number | boolean;
  };
}
`);
  });

  it('takes numbers in paths for positions', async () => {
    expect(declarationOf('A', await shapeOf('{{ items.0.name }}'))).toContain('readonly items?: readonly {');
    expect(declarationOf('A', await shapeOf('x'))).toBe('export type A = Readonly<Record<string, never>>;\n');
  });

  it('has a name that TypeScript takes', () => {
    expect(['Order shipped!', '2nd reminder', 'Übersicht', '…'].map(typeNameOf)).toEqual([
      'OrderShipped',
      'Template2ndReminder',
      'Ubersicht',
      'Template',
    ]);
  });
});
