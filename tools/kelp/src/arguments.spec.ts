import { commandIn, usageOf } from './arguments.js';
import { commands } from './commands.js';
import { permissionOf, permissionsOf, wordOf } from './permissions.js';

describe('the command line', () => {
  it('finds a command, what it takes, and its options', () => {
    const found = commandIn(commands, ['keys', 'create', 'o', 'CI', '--permissions', 'templates-view', '--test']);
    expect(found?.command.words).toBe('keys create');
    expect(found?.given).toEqual({ values: ['o', 'CI'], options: { permissions: 'templates-view', test: true } });
  });

  it.each([[[]], [['--help']], [['keys', 'create', '-h']]])('shows help for %p', (args) => {
    expect(commandIn(commands, args)).toBeUndefined();
  });

  it.each([
    [['keys'], 'is no command'],
    [['organizations', 'create'], 'It takes <name>'],
    [['organizations', 'create', ''], 'It takes <name>'],
    [['organizations', 'list', 'x'], 'It takes nothing'],
    [['users', 'list', 'o', '--what'], "Unknown option '--what'"],
  ])('says what is wrong with %p', (args, sentence) => {
    expect(() => commandIn(commands, args)).toThrow(sentence);
  });

  it('tells of every command', () => {
    for (const command of commands) expect(usageOf(command)).toContain(command.words);
  });
});

it('reads permissions as people write them', () => {
  expect(permissionsOf('templates-view, API_KEYS_MANAGE').map(wordOf)).toEqual(['templates-view', 'api-keys-manage']);
  expect(() => permissionOf('fly')).toThrow('There are: organization-view,');
});
