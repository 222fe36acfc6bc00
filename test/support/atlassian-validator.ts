import { ProcessorBuilder, ValidationTypes } from '@forge/manifest';

/**
 * Atlassian's own validator of manifests. The first manifest takes it some 4 s, the next ones milliseconds: one for a
 * test file.
 */
export function createAtlassianValidator() {
  const processor = ProcessorBuilder.instance()
    .withValidation(ValidationTypes.FULL)
    // What to leave out of the list of runtimes that Forge no longer deploys: nothing.
    .withOptions({ deprecatedRuntimes: [] })
    .build();

  return {
    /** What it holds against the manifest in `file`. Its warnings are left out. */
    async errorsIn(file: string): Promise<string[]> {
      const { errors = [] } = await processor.process(file);
      return errors.filter(({ level }) => level === 'error').map(({ message }) => message);
    },
  };
}
