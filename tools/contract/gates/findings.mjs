import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { ownerAt } from './location.mjs';
import { narrowedLimits } from './narrowed.mjs';
import { promisesOf } from './promises.mjs';

const buf = createRequire(import.meta.url).resolve('@bufbuild/buf/bin/buf');

/** What must hold for any version in use: binary and JSON mean the same. Nothing that is said here is up for release. */
export const RUNNING = 'WIRE_JSON';
/** What must hold for a minor release, too: code that is generated anew compiles and means the same. */
export const SOURCE = 'PACKAGE';

/**
 * @typedef {object} Finding what breaks those who have the older contract
 * @property {string} rule buf's name of it, or one of ours: REMOVED, STRICTER
 * @property {string} message a sentence
 * @property {string} place `proto/file:line`, or empty
 * @property {string} owner the full name of the message, enum or service that it is about; empty where it is unknown
 * @property {string} subject the full name of the field, RPC or value, where it is known, or the owner's
 */

/**
 * What a newer contract breaks for those who were built from the older one.
 * @param {object[]} before descriptors of the older contract
 * @param {object[]} after descriptors of the newer one, with the places in the source
 * @returns {Promise<Finding[]>}
 */
export async function findings(before, after) {
  const [byBuf, removed] = [await breaking(before, after, RUNNING), removals(before, after)];
  const stricter = narrowedLimits(before, after).map(({ name, owner, message }) => ({
    rule: 'STRICTER',
    message,
    place: '',
    owner,
    subject: name,
  }));
  return [...byBuf.filter((finding) => !isSaidBetter(finding, byBuf, removed)), ...removed, ...stricter];
}

/** buf says some things twice or thrice. */
function isSaidBetter({ rule, place, owner, message }, byBuf, removed) {
  if (rule === 'FIELD_SAME_JSON_NAME')
    return byBuf.some((other) => other.rule === 'FIELD_SAME_NAME' && other.place === place);
  const [, name] = /_NO_DELETE_UNLESS_/.test(rule)
    ? (/ "([^"]+)"(?: with name "([^"]+)")? on /.exec(message) ?? [])
    : [];
  const gone = /with name "([^"]+)"/.exec(message)?.[1] ?? name;
  return gone !== undefined && removed.some(({ subject }) => subject === `${owner}.${gone}`);
}

/** What was promised and is gone. What the older contract itself called deprecated may go: its users were told. */
export function removals(before, after) {
  const now = promisesOf(after);
  const gone = [...promisesOf(before)].filter(([name, { deprecated }]) => !now.has(name) && !deprecated);
  const isGone = (name) => gone.some(([other]) => other === name);
  return gone
    .filter(([name, { owner }]) => name === owner || !isGone(owner)) // a message that is gone says it once for its fields
    .filter(([, { owner, desc }]) => !isRenamed(now.get(owner)?.desc, desc))
    .map(([name, { kind, owner }]) => ({
      rule: 'REMOVED',
      message: `The ${kind} "${name}" is gone.`,
      place: '',
      owner,
      subject: name,
    }));
}

/** Another field or value has the number: buf tells. */
const isRenamed = (owner, { number }) =>
  number !== undefined && (owner?.fields ?? owner?.values ?? []).some((part) => part.number === number);

/** What `buf breaking` finds by one of its categories. */
export async function breaking(before, after, category) {
  const folder = mkdtempSync(join(tmpdir(), 'kelp-breaking-'));
  try {
    const [was, is] = ['was', 'is'].map((name) => join(folder, `${name}.binpb`));
    const write = (path, file) =>
      writeFileSync(path, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...file] })));
    write(was, before);
    write(is, after);
    const config = JSON.stringify({ version: 'v2', breaking: { use: [category] } });
    const output = await bufOutput(['breaking', is, '--against', was, '--error-format', 'json', '--config', config]);
    return output
      .split('\n')
      .filter(Boolean)
      .map((line) => findingOf(JSON.parse(line), after))
      .filter(({ place }) => !/^proto\/(google\/protobuf|buf)\//.test(place));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function findingOf({ path, start_line: line, type, message }, after) {
  const owner = path && line ? ownerAt(after, path, line) : '';
  const text = message.replace(/ See https:.*$/, '');
  const part = /(?:RPC "|with name ")([^"]*)"/i.exec(text)?.[1];
  const subject = owner && part ? `${owner}.${part}` : owner;
  return { rule: type, message: text, place: path ? `proto/${path}:${line}` : '', owner, subject };
}

/** buf says with 100 that it found something, and with anything else but 0 that it could not look. */
function bufOutput(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [buf, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].on('data', (data) => {
        output[name] += data;
      });
    }
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 || code === 100 ? resolve(output.stdout) : reject(new Error(`buf breaking: ${output.stderr}`)),
    );
  });
}
