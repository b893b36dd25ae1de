export type { Change, ChangeFrame } from './change.js';
export { ChangeFeed, type ChangeFeedOptions } from './change-feed.js';
export { ResumeTokenExpired } from './resume-token.js';
