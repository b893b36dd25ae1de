const ROWS = 5;
const PRODUCTS = 6;

const text = (content: string) => `<mj-text padding="4px 24px" line-height="1.5">${content}</mj-text>`;
const section = (content: string) => `<mj-section><mj-column>${content}</mj-column></mj-section>`;

/** How an engine writes a loop over the items, and a condition. */
const LANGUAGES = {
  kelp: {
    items: (row: string) => `{{#each order.items as item}}${row}{{/each}}`,
    gift: (text: string) => `{{#if item.gift}}${text}{{/if}}`,
    item: 'item.',
  },
  handlebars: {
    items: (row: string) => `{{#each order.items}}${row}{{/each}}`,
    gift: (text: string) => `{{#if gift}}${text}{{/if}}`,
    item: '',
  },
  liquid: {
    items: (row: string) => `{% for item in order.items %}${row}{% endfor %}`,
    gift: (text: string) => `{% if item.gift %}${text}{% endif %}`,
    item: 'item.',
  },
} as const;

const row = ({ gift, item }: (typeof LANGUAGES)[keyof typeof LANGUAGES]) =>
  `<tr><td style="padding:8px">{{ ${item}name }}${gift(' (a gift)')}</td><td align="right">{{ ${item}quantity }}</td>
    <td align="right">{{ ${item}price }}</td></tr>`;

const product = (index: number) => `<mj-section background-color="#ffffff" border-radius="8px">
  <mj-column width="40%"><mj-image src="https://cdn.example.com/products/${index}.png" alt="Product ${index}" /></mj-column>
  <mj-column width="60%">${text(`<b>Product ${index}</b><br/>Chosen for you, {{ first_name }}, and made to last.`)}
  <mj-button href="https://shop.example.com/products/${index}?customer={{ customer_id }}">See it</mj-button></mj-column></mj-section>`;

const list = (length: number, one: (index: number) => string) =>
  Array.from({ length }, (_, index) => one(index)).join('');

/** An email about an order, as shops send them: merge fields in all kinds of places, 38 kB of HTML. */
export const orderEmail = (language: keyof typeof LANGUAGES) => ({
  subject: 'Order {{ order.number }} is on its way, {{ first_name }}',
  mjml: `<mjml><mj-head><mj-title>Order {{ order.number }}</mj-title><mj-preview>{{ order.total }}</mj-preview></mj-head>
<mj-body background-color="#f4f6f5" width="640px">
${section(text('Hello {{ first_name }} {{ last_name }}, your order {{ order.number }} left us on {{ order.date }}.'))}
${section(`<mj-table>${LANGUAGES[language].items(row(LANGUAGES[language]))}<tr><td>Total</td><td></td><td align="right">{{ order.total }}</td></tr></mj-table>`)}
${section(`<mj-button href="{{ order.url }}">Where is it?</mj-button>${text('{{ address.street }}<br/>{{ address.city }}')}`)}
${list(PRODUCTS, product)}
${section(text('<a href="mailto:{{ support.email }}">{{ support.email }}</a> · <a href="{{ unsubscribe_url }}">Unsubscribe</a>'))}
</mj-body></mjml>`,
});

/** One recipient's values. */
export const recipient = (index: number) => ({
  first_name: 'Ann',
  last_name: `O'Neil & Sons ${index}`,
  customer_id: `c-${index}`,
  order: {
    number: 100_000 + index,
    date: '2026-11-24',
    total: '€ 129.50',
    url: `https://shop.example.com/orders/${index}?utm_source=mail&utm_campaign=shipped`,
    items: Array.from({ length: ROWS }, (_, row) => ({
      name: `Cup <${row}>`,
      quantity: row + 1,
      price: '€ 25.90',
      gift: row % 2 === 0,
    })),
  },
  address: { street: '1 Main Street', city: 'Springfield' },
  support: { email: 'help@shop.example.com' },
  unsubscribe_url: `https://shop.example.com/unsubscribe/${index}`,
});
