/** Where Forge publishes the public keys of its invocation tokens (Atlassian's documentation of Forge Remote). */
export const FORGE_JWKS_URL = 'https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json';

/** Isolated Clouds that a stage serves beside Atlassian's commercial cloud. */
export interface IsolatedCloud {
  /** URL of their key sets; the token's claim `icLabel` takes the place of `{icLabel}`. */
  readonly jwksUrlTemplate: string;
  /** Host names of their APIs: the only ones to which their tokens are sent. */
  readonly apiHosts: readonly string[];
  /**
   * Labels of the clouds that are served. Absent: any, and a stranger's made-up label costs a fetch.
   */
  readonly labels?: readonly string[];
}

/** A cloud of Atlassian's with keys and APIs of its own, such as Atlassian Government Cloud. */
export interface Cloud {
  /** URL of its key set. */
  readonly jwksUrl: string;
  /** Host names of its APIs: the only ones to which its tokens are sent. */
  readonly apiHosts: readonly string[];
}

/** A label is put into a URL before its token is verified: nothing but these may be in it (Atlassian's documentation). */
export const isLabel = (text: string): boolean => /^[a-z0-9_-]{1,50}$/.test(text);

/** URLs that keys may be fetched from, in words. */
export const JWKS_URL_ALLOWED = 'an https: URL, or http: on 127.0.0.1, localhost or [::1]';

/** Whether keys may be fetched from `text`: over HTTPS, or in plain text from this machine, which a local run does. */
export function isJwksUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return url?.protocol === 'https:' || isLoopback;
}

/** Where the label goes in {@link IsolatedCloud.jwksUrlTemplate}. */
export const LABEL_PLACEHOLDER = '{icLabel}';

/**
 * Whether key sets may be fetched by this template: over HTTPS, with the label's place in it once, in the path or as a
 * whole part of the host in front of a domain that is fixed. A label is read from a token that nobody has verified: were
 * the domain behind it only `net`, anybody could register the host of a made-up label.
 */
export const isJwksUrlTemplate = (text: string) =>
  text.split(LABEL_PLACEHOLDER).length === 2 &&
  /^https:\/\/(([a-z0-9-]+\.)*\{icLabel\}\.)?([a-z0-9-]+\.)+[a-z]+(:\d+)?\/[^\s?#]*$/.test(text);

/** Whether `text` is a host name, and nothing more. */
export const isHostName = (text: string) => /^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text);

/** Whether `text` is an origin on this machine: `http://127.0.0.1` and a port. */
export const isLoopbackOrigin = (text: string): boolean => /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(text);
