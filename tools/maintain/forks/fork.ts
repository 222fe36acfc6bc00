/** A fork of the template: what a team makes of the files that it owns, and nothing else. */
export interface Fork {
  readonly name: string;
  /** What is tried, in a few words. */
  readonly about: string;
  /** Folders of the template that it deletes: then `npm ci` is measured, and how many packages fewer there are. */
  readonly removes?: readonly string[];
  /** npm packages that it installs, with their versions: `date-fns@4.1.0`. */
  readonly packages?: readonly string[];
  /** Commands that it runs first, such as set-up. */
  readonly commands?: readonly (readonly string[])[];
  /** What it makes of its files: from the text as it was, or undefined where there was none. */
  readonly files?: Readonly<Record<string, (text: string) => string>>;
  /** Options of `npm run local`; absent where it doesn't apply. */
  readonly local?: readonly string[];
  /** What `npm run local` must say, so that it was about this fork's own backend. */
  readonly says?: readonly string[];
}

/** `text` with each `[from, to]` applied; fails if one is not in it, so that no fork is the template by mistake. */
export const edited =
  (...changes: readonly (readonly [from: string | RegExp, to: string])[]) =>
  (text: string): string =>
    changes.reduce((result, [from, to]) => {
      const next = result.replace(from, to);
      if (next === result) throw new Error(`Nothing to replace: ${from}`);
      return next;
    }, text);

/** A file that is written anew. */
export const written = (text: string) => (): string => text;
