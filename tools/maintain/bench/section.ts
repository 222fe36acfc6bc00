/** A part of npm run bench, with options of its own. */
export interface Section {
  readonly usage: string;
  /** @throws {UsageError} for options that aren't allowed */
  run(argv: readonly string[]): Promise<void>;
}

/** The options are wrong; the message says what is allowed. */
export class UsageError extends Error {}

/** Runs a section. @returns exit status: 0, or 2 when the options are wrong, or 1 when it failed */
export async function runSection(section: Section, argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    console.log(section.usage);
    return 0;
  }
  try {
    await section.run(argv);
    return 0;
  } catch (thrown) {
    const error = thrown as Error & { code?: string };
    const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
    console.error(isUsage ? `${error.message}\n\n${section.usage}` : error.message);
    return isUsage ? 2 : 1;
  }
}
