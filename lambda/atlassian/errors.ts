/**
 * A failed call to Atlassian. Tell the kinds apart by `code`: a minified bundle renames classes.
 * It carries no token, no request body and no query.
 */
export abstract class AtlassianError extends Error {
  abstract readonly code:
    | 'PathNotAllowed'
    | 'AtlassianUnauthorized'
    | 'AtlassianForbidden'
    | 'AtlassianUnreachable'
    | 'DeadlineExceeded'
    | 'UserTokenRefused'
    | 'SiteUnknown';
}

/** The path leads out of the installation's API base URL, where the token must not go. */
export class PathNotAllowed extends AtlassianError {
  override readonly name = 'PathNotAllowed';
  readonly code = 'PathNotAllowed';

  /** @param path as it was given, quoted */
  constructor(path: string, problem: string) {
    super(
      `The path ${path} ${problem}. Pass the path after the API base URL, such as "/wiki/api/v2/spaces?limit=25", with ` +
        'encodeURIComponent around each value in it.',
    );
  }
}

/** The owner of a request's token: the app, or a user for whom it acts. */
export type Actor = 'app' | 'user';

const UNAUTHORIZED_CAUSES: Readonly<Record<Actor, readonly string[]>> = {
  app: [
    "the URL is the site's own instead of api.atlassian.com",
    'manifest.yml has no product scope besides read:app-system-token, so Forge makes no valid token',
    'the app was uninstalled',
    'the app was installed in the last few minutes, and Atlassian is still granting its permissions',
  ],
  user: [
    'the scope that the request needs is missing in manifest.yml, or lacks allowImpersonation: true',
    'read:app-user-token is missing in manifest.yml',
    "the user was deactivated, or has lost access to the product, since the user's token was made",
    'the app was uninstalled',
  ],
};

/** Atlassian answered 401, even to the newest token. */
export class AtlassianUnauthorized extends AtlassianError {
  override readonly name = 'AtlassianUnauthorized';
  readonly code = 'AtlassianUnauthorized';
  readonly status = 401;

  /**
   * @param request method and URL, without query
   * @param answer the beginning of what Atlassian said, without tokens
   */
  constructor(request: string, actor: Actor, answer: string) {
    super(refusal(request, 401, answer, UNAUTHORIZED_CAUSES[actor]));
  }
}

const FORBIDDEN_CAUSES: Readonly<Record<Actor, readonly string[]>> = {
  app: [
    'a scope is missing in manifest.yml (after adding it: "forge deploy", then "forge install --upgrade" for each site, ' +
      "since a new scope needs the admin's consent again)",
    'an admin has not consented to the newest version of the app yet',
    'the app has no access to this space, project or page: restrictions apply to apps, too',
    'the app was installed in the last few minutes, and Atlassian is still granting its permissions',
  ],
  user: [
    'a scope is missing in manifest.yml, or lacks allowImpersonation: true (after adding it: "forge deploy", then ' +
      `"forge install --upgrade" for each site, since a new scope needs the admin's consent again)`,
    'an admin has not consented to the newest version of the app yet',
    'the user has no access to this space, project or page',
  ],
};

/** Atlassian answered 403: the token is valid, but not for this request. */
export class AtlassianForbidden extends AtlassianError {
  override readonly name = 'AtlassianForbidden';
  readonly code = 'AtlassianForbidden';
  readonly status = 403;

  /**
   * @param request method and URL, without query
   * @param answer the beginning of what Atlassian said, without tokens
   */
  constructor(request: string, actor: Actor, answer: string) {
    super(refusal(request, 403, answer, FORBIDDEN_CAUSES[actor]));
  }
}

/** No try of the request got an answer. */
export class AtlassianUnreachable extends AtlassianError {
  override readonly name = 'AtlassianUnreachable';
  readonly code = 'AtlassianUnreachable';

  /**
   * @param request method and URL, without query
   * @param tries how often it was sent
   * @param failure code or name of the last error, such as `ECONNRESET`. Its message might quote headers
   */
  constructor(
    request: string,
    readonly tries: number,
    readonly failure: string,
  ) {
    super(
      `${request} got no answer in ${tries} ${tries === 1 ? 'try' : 'tries'} (${failure}). ` +
        'Atlassian may still have carried it out. If no request gets an answer, check the network of the function.',
    );
  }
}

/** The caller's time is over, or too short for the next step. */
export class DeadlineExceeded extends AtlassianError {
  override readonly name = 'DeadlineExceeded';
  readonly code = 'DeadlineExceeded';

  /**
   * @param what was given up, and how far it got
   * @param leftMs time left until the deadline, in milliseconds; 0 when it has passed
   */
  constructor(
    what: string,
    readonly leftMs: number,
  ) {
    super(`Out of time, with ${leftMs} ms left: ${what}. Do less in one run, or give the function a longer timeout.`);
  }
}

/** Atlassian refused to make a token for this user. */
export class UserTokenRefused extends AtlassianError {
  override readonly name = 'UserTokenRefused';
  readonly code = 'UserTokenRefused';

  /**
   * @param accountId the user's
   * @param contextAri the site for which the token was asked
   * @param answer what Atlassian said, without tokens
   */
  constructor(
    readonly accountId: string,
    readonly contextAri: string,
    answer: string,
  ) {
    super(
      `Atlassian made no token to act for user ${accountId} in ${contextAri}: ${answer}. ${usualCauses([
        'the context ARI is not that of the site on which the app is installed',
        'read:app-user-token is missing in manifest.yml, or no product scope has allowImpersonation: true; new ' +
          "scopes need the admin's consent again",
        'the user does not exist, was deactivated, or has no access to the product on that site',
      ])}`,
    );
  }
}

/** Acting for a user needs the ARI of a site, and none is known. */
export class SiteUnknown extends AtlassianError {
  override readonly name = 'SiteUnknown';
  readonly code = 'SiteUnknown';

  /**
   * @param apiBaseUrl the installation's
   * @param known names of the products in the slot's contexts, with a mark on those without a site
   */
  constructor(apiBaseUrl: string, known: readonly string[]) {
    super(
      `No site ARI is known for ${apiBaseUrl}, and without one the app can't act for users. The slot's contexts are ` +
        `${known.length > 0 ? known.join(', ') : 'empty'}. An empty list fills with the next new token, within 4 hours. ` +
        'A product without sites, such as Bitbucket, has no ARI of this kind: act as the app there.',
    );
  }
}

const refusal = (request: string, status: number, answer: string, causes: readonly string[]) =>
  `${request} was answered ${status}${answer === '' ? '' : ` (${answer})`}. ${usualCauses(causes)}`;

const usualCauses = (causes: readonly string[]) =>
  `Usual causes, most likely first: ${causes.map((cause, index) => `${index + 1}. ${cause}`).join('; ')}.`;
