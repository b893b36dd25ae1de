/** What a receiving server said. */
export interface SmtpReply {
  /** The reply code; 0 where there is none. */
  readonly code: number;
  /** The enhanced status code of RFC 3463; empty where there is none. */
  readonly enhancedStatus: string;
}

const REPLY = /^\s*(?:smtp;\s*)?([2-5]\d\d)(?![\d.])[\s-]*([245]\.\d{1,3}\.\d{1,3}(?![\d.]))?/;
const ENHANCED = /^[245]\.\d{1,3}\.\d{1,3}$/;
const CODE = /^[2-5]\d\d$/;

/**
 * Reads the codes from a server's words, such as `550 5.1.1 No such user`, and from SendGrid's `status`, which holds the
 * enhanced code, now and then the plain one, and often neither.
 */
export function smtpReply(words: string, status: string): SmtpReply {
  const [, code, enhanced] = REPLY.exec(words) ?? [];
  return {
    code: Number(code ?? (CODE.test(status) ? status : 0)),
    enhancedStatus: ENHANCED.test(status) ? status : (enhanced ?? ''),
  };
}
