import { EventType, MachineGenerated } from '@kelp/contract-event';
import { DeadLetterKind } from '@kelp/contract-ingest';
import {
  type SendgridEvent,
  type SendgridType,
  sendgridEvent,
  sendgridMeanings,
  sendgridTypes,
} from '@kelp/webhook-samples';
import type { EventDetails } from '../provider.js';
import { readElement } from './element.js';

const template = '01890000-0000-7000-8000-0000000000aa';

function reported(type: SendgridType, fields: Partial<SendgridEvent> = {}) {
  const element = readElement(sendgridEvent(type, fields));
  if ('problem' in element) throw new Error(element.problem);
  return element;
}

function details(type: SendgridType, fields: Partial<SendgridEvent> = {}): EventDetails {
  const read = reported(type, fields).read();
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

const problemOf = (element: unknown) => {
  const read = readElement(element);
  return 'problem' in read ? read : read.read();
};

describe('the type', () => {
  it.each(sendgridTypes.filter((type) => type !== 'account_status_change'))('%s is understood', (type) => {
    expect(reported(type).type).toBe(sendgridMeanings[type]);
    expect(details(type).type).toBe(sendgridMeanings[type]);
  });

  it('that nobody knows is UNKNOWN, and a dead letter once it is read', () => {
    const element = reported('open', { event: 'levitated' });
    expect(element.type).toBe(EventType.UNKNOWN);
    expect(element.read()).toEqual({
      kind: DeadLetterKind.UNKNOWN_TYPE,
      problem: 'Events of type "levitated" are not known.',
    });
    expect(JSON.parse(element.raw().toString())).toMatchObject({ event: 'levitated' });
  });

  it.each(['constructor', '__proto__', 'toString'])('called %s is nothing but unknown', (event) => {
    expect(reported('open', { event }).type).toBe(EventType.UNKNOWN);
  });

  it('of an account’s status is for people to see, whatever the filter says', () => {
    expect(problemOf(sendgridEvent('account_status_change'))).toMatchObject({
      kind: DeadLetterKind.UNKNOWN_TYPE,
      problem: expect.stringContaining('compliance_suspend'),
    });
  });
});

describe('the template', () => {
  it('is the one that the sender named', () => {
    expect(reported('open', { kelp_template: template }).template).toBe(template);
    expect(reported('open', { kelp_template: ` ${template.toUpperCase()} ` }).template).toBe(template);
  });

  it.each([undefined, '', 'x', 7, null, {}, [template]])('is none where it is called %j', (kelp_template) => {
    expect(reported('open', { kelp_template }).template).toBe('');
  });

  it.each([
    [3, 3],
    ['3', 3],
    [undefined, 0],
    ['three', 0],
    [-1, 0],
    [1e300, 0],
  ])('has version %j as %i', (kelp_version, version) => {
    expect(details('open', { kelp_version }).templateVersion).toBe(version);
  });
});

it('carries what Kelp sent along, and keeps it out of the custom arguments', () => {
  const kelp = {
    kelp_template: template,
    kelp_version: 2,
    kelp_locale: 'de-AT',
    kelp_variant: 'b',
    kelp_campaign: 'c',
  };
  expect(details('open', { ...kelp, tenant: 'nord' })).toMatchObject({
    locale: 'de-AT',
    variant: 'b',
    campaign: 'c',
    metadata: { tenant: 'nord' },
  });
});

it('names a marketing campaign where the sender named none', () => {
  expect(details('open', { marketing_campaign_name: 'Autumn' }).campaign).toBe('Autumn');
  expect(details('open', { singlesend_name: 'Winter', kelp_campaign: 'Mine' }).campaign).toBe('Mine');
});

describe('the finer type', () => {
  it.each<[SendgridType, Partial<SendgridEvent>, string]>([
    ['bounce', {}, 'bounce'],
    ['bounce', { type: 'blocked' }, 'blocked'],
    ['dropped', { reason: 'Spam Reporting Address' }, 'Spam Reporting Address'],
    ['group_unsubscribe', { asm_group_id: 12 }, '12'],
    ['group_resubscribe', { asm_group_id: '12' }, '12'],
    ['unsubscribe', { asm_group_id: 12 }, ''],
    ['open', { sg_content_type: 'amp' }, 'amp'],
    ['delivered', { type: 'mine' }, ''],
  ])('of %s with %j is %j', (type, fields, subType) => {
    expect(details(type, fields).subType).toBe(subType);
  });
});

describe('a custom argument', () => {
  it('may have the name of a field that the type does not have', () => {
    expect(details('delivered', { url: 'mine', status: 'vip', useragent: 'mine too' })).toMatchObject({
      url: '',
      userAgent: '',
      enhancedStatus: '2.0.0',
      metadata: { url: 'mine', status: 'vip', useragent: 'mine too' },
    });
    expect(details('click').metadata).toEqual({});
  });

  it('may be called like what every object has, and changes nothing else', () => {
    const event = JSON.parse(
      JSON.stringify(sendgridEvent('open')).replace('{', '{"__proto__":{"email":"x"},"constructor":"c",'),
    );
    const read = readElement(event);
    if ('problem' in read) throw new Error(read.problem);
    const { metadata, recipient } = read.read() as EventDetails;
    expect(recipient).toBe('ada@example.com');
    expect(Object.entries(metadata)).toEqual([
      ['__proto__', '{"email":"x"}'],
      ['constructor', 'c'],
    ]);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
  });

  it('becomes text, whatever it was', () => {
    const { metadata } = details('open', { a: 1, b: true, c: null, d: ['x'], e: { f: 'g' } });
    expect(metadata).toEqual({ a: '1', b: 'true', c: '', d: '["x"]', e: '{"f":"g"}' });
  });

  it('is cut to the limits of the contract, each and all together', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`arg${index}`, 'x']));
    expect(Object.keys(details('open', many).metadata)).toHaveLength(64);
    expect(details('open', { long: 'x'.repeat(5000), ['k'.repeat(500)]: '' }).metadata).toEqual({
      long: 'x'.repeat(1024),
      ['k'.repeat(256)]: '',
    });
    const large = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`a${index}`, 'x'.repeat(1024)]));
    expect(JSON.stringify(details('open', large).metadata).length).toBeLessThan(10_200);
  });
});

describe('the tags', () => {
  it.each([
    ['one', ['one']],
    [
      ['one', 'two'],
      ['one', 'two'],
    ],
    [[], []],
    [undefined, []],
    [['', 7, null, {}], ['7']],
  ])('of category %j are %j', (category, tags) => expect(details('open', { category }).tags).toEqual(tags));
});

describe('the time', () => {
  it.each([
    [1_461_095_250, 1_461_095_250_000_000n],
    ['1461095250', 1_461_095_250_000_000n],
    [1_461_095_250.5, 1_461_095_250_500_000n],
    ['1461095250.25', 1_461_095_250_250_000n],
  ])('%j is %s microseconds', (timestamp, us) => {
    expect(details('open', { timestamp: timestamp as number }).occurredAtUs).toBe(us);
  });

  it.each([undefined, null, '', 'now', 0, -1, 1e300, 1_461_095_250_000, '0x10', {}, true])(
    '%j is none',
    (timestamp) => {
      expect(problemOf({ ...sendgridEvent('open'), timestamp })).toMatchObject({
        kind: DeadLetterKind.SCHEMA,
        problem: expect.stringContaining('timestamp'),
      });
    },
  );
});

describe('who opened it', () => {
  it.each<[Partial<SendgridEvent>, MachineGenerated]>([
    [{ sg_machine_open: true }, MachineGenerated.MPP],
    [{ sg_machine_open: 'true' }, MachineGenerated.MPP],
    [{ sg_machine_open: false }, MachineGenerated.HUMAN],
    [{ sg_machine_open: false, useragent: 'via ggpht.com GoogleImageProxy' }, MachineGenerated.PROXY],
    [{ sg_machine_open: undefined }, MachineGenerated.UNSPECIFIED],
  ])('with %j is %i', (fields, machine) => expect(details('open', fields).machineGenerated).toBe(machine));

  it('is not asked of other events', () => {
    expect(details('click', { sg_machine_open: true }).machineGenerated).toBe(MachineGenerated.UNSPECIFIED);
  });
});

it('knows which of several equal links was followed', () => {
  expect(details('click', { url: 'https://a/', url_offset: { index: 2, type: 'html' } })).toMatchObject({
    url: 'https://a/',
    linkIndex: 2,
  });
  expect(details('click', { url_offset: { index: '2' } }).linkIndex).toBe(2);
  for (const url_offset of [null, 'x', [], { index: -1 }]) expect(details('click', { url_offset }).linkIndex).toBe(0);
});

it('keeps what the receiving server said', () => {
  const reason = '550 5.1.1 nobody here';
  expect(details('bounce', { reason, status: '5.1.1' })).toMatchObject({
    smtpCode: 550,
    enhancedStatus: '5.1.1',
    diagnostic: reason,
  });
  expect(details('delivered', { response: '250 2.0.0 OK' })).toMatchObject({
    smtpCode: 250,
    diagnostic: '250 2.0.0 OK',
  });
});

describe('the message', () => {
  it('is the one that the send’s X-Message-Id named', () => {
    expect(details('open', { sg_message_id: 'wrfRRvF7Q0.filter0425.13037.0' }).providerMessageId).toBe('wrfRRvF7Q0');
  });

  it('of an asynchronous bounce is known by its SMTP identifier alone', () => {
    const fields = { sg_message_id: undefined, 'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>' };
    expect(details('bounce', fields).providerMessageId).toBe('14c5d75ce93.dfd.64b469@ismtpd-555');
  });
});

describe('the key by which it is recognised', () => {
  it('is SendGrid’s own identifier', () => {
    expect(details('open', { sg_event_id: 'abc' }).dedupeKey).toBe('id:abc');
    expect(details('open', { sg_event_id: 'x'.repeat(300) })).toMatchObject({
      dedupeKey: `id:${'x'.repeat(300)}`,
      providerEventId: 'x'.repeat(256),
    });
  });

  it('is made of all that it says where there is none, in whatever order', () => {
    const event = { ...sendgridEvent('open', { timestamp: 1_700_000_000 }), sg_event_id: '' };
    const keyOf = (element: object) => (problemOf(element) as EventDetails).dedupeKey;
    const reversed = Object.fromEntries(Object.entries(event).reverse());
    expect(keyOf(event)).toMatch(/^derived:/);
    expect(keyOf(reversed)).toBe(keyOf(event));
    expect(keyOf({ ...event, timestamp: 1_700_000_001 })).not.toBe(keyOf(event));
  });
});

it.each([null, 7, 'text', true, [], [[]]])('refuses %j as an event', (element) => {
  expect(problemOf(element)).toMatchObject({ kind: DeadLetterKind.SCHEMA });
});

it.each([
  ['no type', { event: undefined }],
  ['a type that is no text', { event: 7 }],
  ['no recipient', { email: undefined }],
  ['an empty recipient', { email: '  ' }],
])('refuses an event with %s', (_, fields) => {
  expect(problemOf({ ...sendgridEvent('open'), ...fields })).toMatchObject({ kind: DeadLetterKind.SCHEMA });
});
