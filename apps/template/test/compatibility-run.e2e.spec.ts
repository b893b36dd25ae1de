import { callAsVersion, type Subject, serveSubject } from '@kelp/conformance';
import { invalidFields } from '../src/template/template.errors.js';
import { TemplateService } from '../src/template/template.service.js';
import { subject } from './subject.js';

type Create = TemplateService['create'];

/** The service, with another way of creating templates. */
async function mutated(change: (create: Create) => Create): Promise<Subject> {
  const whole = await subject();
  const service = (whole.module.providers ?? [])
    .map((provider) => ('useValue' in provider ? provider.useValue : undefined))
    .find((part): part is TemplateService => part instanceof TemplateService);
  if (!service) throw new Error('The service creates templates elsewhere.');
  service.create = change(service.create.bind(service));
  return whole;
}

/** What the clients of the release run into. */
async function troubleWith(change: (create: Create) => Create): Promise<string> {
  const running = await serveSubject('template', () => mutated(change));
  try {
    return await callAsVersion('template', '1.0.0', running.address).then(
      () => 'none',
      (error: Error) => error.message,
    );
  } finally {
    await running.close();
  }
}

/** No descriptor says any of these: `npm run contract -- check` passes them all. */
it('finds what only the code has changed, and nothing where nothing has', async () => {
  expect(await troubleWith((create) => create)).toBe('none');
  // A field that only the code requires.
  const demanding = await troubleWith((create) => async (request) => {
    if (request.template?.workspace) return create(request);
    throw invalidFields([{ field: 'template.workspace', description: 'must be set' }]);
  });
  expect(demanding).toMatch(/^CreateTemplate was refused: .*template\.workspace/);
  // An answer that lacks what it had.
  const forgetful = await troubleWith((create) => async (request) => ({ ...(await create(request)), etag: '' }));
  expect(forgetful).toMatch(/^CreateTemplate, answer 1\.etag is empty/);
});
