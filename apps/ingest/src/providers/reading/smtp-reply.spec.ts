import { smtpReply } from './smtp-reply.js';

it.each([
  ['250 2.0.0 OK', '', 250, '2.0.0'],
  ['550 5.1.1 The email account does not exist', '5.1.1', 550, '5.1.1'],
  ['550-5.1.1 Two lines\r\n550 5.1.1 of it', '', 550, '5.1.1'],
  ['smtp; 421 4.7.0 try later', '', 421, '4.7.0'],
  ['250 ok dirdel', '', 250, ''],
  ['452 try again', '4.2.2', 452, '4.2.2'],
  ['unable to get mx info', '5.0.0', 0, '5.0.0'],
  ['Bounced Address', '', 0, ''],
  ['', '550', 550, ''],
  ['550.5 nonsense', '', 0, ''],
  ['5501 nonsense', '', 0, ''],
  ['550 5.1.1.1 nonsense', '', 550, ''],
  ['1234', 'not a status', 0, ''],
])('reads %j with status %j as %i %j', (words, status, code, enhancedStatus) => {
  expect(smtpReply(words, status)).toEqual({ code, enhancedStatus });
});
