import { zoneKind } from './time-zone.js';

it.each([
  ['UTC', 'utc'],
  ['Etc/UTC', 'utc'],
  ['Europe/Zurich', 'whole-hours'],
  ['Etc/GMT+5', 'whole-hours'],
  ['America/New_York', 'whole-hours'],
  ['Asia/Kolkata', 'quarters'],
  ['Asia/Kathmandu', 'quarters'],
  ['Australia/Lord_Howe', 'quarters'], // half an hour of daylight saving
  ['Asia/Pyongyang', 'quarters'], // from 2015 to 2018
])('%s is made of %s', (name, kind) => expect(zoneKind(name)).toBe(kind));

it.each(['', 'Nowhere/Land', '+01:00', '-05', 'UTC; drop table event', 'Europe/Zurich\0'])('knows no %j', (name) =>
  expect(zoneKind(name)).toBeUndefined(),
);
