/** What the bench's own handlers read of a call. */
export interface Call {
  readonly token: string;
  readonly systemToken: string;
}

/** The two tokens of a Function URL event. Nothing is checked: this is the least that a handler can do. */
export const readCall = ({ headers }: { readonly headers: Readonly<Record<string, string>> }): Call => ({
  token: headers.authorization?.slice('Bearer '.length) ?? '',
  systemToken: headers['x-forge-oauth-system'] ?? '',
});

export const ISSUER = 'forge/invocation-token';

/** A variable that the bench has set. */
export const variable = (name: string): string => process.env[name] ?? '';
