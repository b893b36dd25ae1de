/** `arn:aws:sns:{region}:{account}:{topic}`. */
const ARN = /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2}(?:-[a-z]+)+-\d{1,2}):\d{12}:[A-Za-z0-9_-]{1,256}$/;

/** The one host that speaks for a topic; undefined where it is no topic. */
export function hostOf(topicArn: string): string | undefined {
  const [, partition, region] = ARN.exec(topicArn) ?? [];
  if (partition === undefined) return undefined;
  return `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
}

/** The address of a certificate with which SNS signs for the topic; undefined where it is none. */
export function certificateUrl(text: string, topicArn: string): URL | undefined {
  const url = amazonUrl(text, topicArn);
  return url && url.search === '' && /^\/SimpleNotificationService-[0-9a-f]{32}\.pem$/.test(url.pathname)
    ? url
    : undefined;
}

/** The address that confirms a subscription to the topic; undefined where it is none. */
export function confirmationUrl(text: string, topicArn: string): URL | undefined {
  const url = amazonUrl(text, topicArn);
  const isIt =
    url?.pathname === '/' &&
    url.searchParams.get('Action') === 'ConfirmSubscription' &&
    url.searchParams.get('TopicArn') === topicArn;
  return isIt ? url : undefined;
}

function amazonUrl(text: string, topicArn: string): URL | undefined {
  const host = hostOf(topicArn);
  if (host === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPinned = url.protocol === 'https:' && url.host === host && url.username === '' && url.password === '';
  return isPinned && url.hash === '' ? url : undefined;
}
