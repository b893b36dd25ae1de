/** An email of the demo organization, in the two versions that it publishes. */
export interface DemoEmail {
  /** The template's identifier: always the same, so that a second start finds the first one's. */
  id: string;
  displayName: string;
  versions: readonly { subject: string; mjml: string }[];
}

const page = (...sections: string[]): string =>
  `<mjml><mj-body background-color="#f4f6f5">${sections.join('')}</mj-body></mjml>`;

const section = (...blocks: string[]): string =>
  `<mj-section background-color="#ffffff"><mj-column>${blocks.join('')}</mj-column></mj-section>`;

const text = (content: string): string => `<mj-text font-family="Helvetica" font-size="16px">${content}</mj-text>`;

const button = (label: string, href: string): string =>
  `<mj-button background-color="#1d6b52" href="${href}">${label}</mj-button>`;

export const demoEmails: readonly DemoEmail[] = [
  {
    id: '0199a000-0000-7000-8000-000000000011',
    displayName: 'Order confirmation',
    versions: [
      {
        subject: 'Your order {{ order.number }}',
        mjml: page(section(text('Thank you, {{ first_name }}. Your order {{ order.number }} is on its way.'))),
      },
      {
        subject: 'Your order {{ order.number }} is on its way',
        mjml: page(
          section(text('Thank you, {{ first_name }}!')),
          section(
            text('Order {{ order.number }}: {{ order.total }}'),
            button('Follow it', 'https://shop.example.com/orders'),
          ),
        ),
      },
    ],
  },
  {
    id: '0199a000-0000-7000-8000-000000000012',
    displayName: 'Welcome',
    versions: [
      { subject: 'Welcome, {{ first_name }}', mjml: page(section(text('Good to have you here, {{ first_name }}.'))) },
      {
        subject: '{{ first_name }}, welcome',
        mjml: page(
          section(text('Good to have you here, {{ first_name }}.'), button('Begin', 'https://shop.example.com/begin')),
        ),
      },
    ],
  },
];
