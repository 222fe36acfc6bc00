import { UsageError, wrap } from '../command';
import { emailQuestion, regionQuestion, stageQuestion } from './config-questions';
import { answerTo, type Conversation } from './conversation';
import type { Flags, QuestionName } from './flags';
import { appIdQuestion, intervalQuestion, productQuestion, scopesQuestion } from './manifest-questions';
import type { Answers, Project } from './project';
import { loadAtlassianScopes } from './scopes';

/**
 * Asks for the values that no option gives.
 *
 * @throws {UsageError} when an option is wrong, or a value is missing and nobody can be asked
 */
export async function collectAnswers(project: Project, flags: Flags, conversation: Conversation): Promise<Answers> {
  const { settings, stages } = project;
  const { out, prompt } = conversation;
  if (prompt === undefined) refuseMissing(flags, project);
  else {
    const safety = flags.yes ? 'Nothing is written before the last answer' : 'Nothing is written before you confirm';
    const intro = `Sets up ${flags.manifest} and ${flags.config}. Press Enter to accept the default in [brackets]. ${safety}; Ctrl-C cancels at any time.`;
    out(wrap(intro));
  }
  if (settings.appIdByVariable && flags['app-id'] !== undefined) {
    throw new UsageError(
      `--app-id can't be used: app.id is the manifest variable ${settings.appId}. Set the value of the variable.`,
    );
  }
  const appId = settings.appIdByVariable
    ? undefined
    : await answerTo(appIdQuestion(settings), flags['app-id'], conversation);

  const list = loadAtlassianScopes();
  const aboutProduct = productQuestion(settings, flags.scopes);
  const givenProduct = flags.product ?? (flags.scopes === undefined ? undefined : aboutProduct.initial);
  const product = await answerTo(aboutProduct, givenProduct, conversation);
  const scopes = await answerTo(scopesQuestion(settings, product, list), flags.scopes, conversation);
  const interval = await answerTo(intervalQuestion(settings), flags.interval, conversation);

  const stage = await answerTo(stageQuestion(stages), flags.stage, conversation);
  return {
    appId,
    scopes,
    interval,
    stage: stage.name,
    region:
      stage.region === undefined
        ? skipRegion(stage.name, flags, out)
        : await answerTo(regionQuestion(stage), flags.region, conversation),
    alarmEmails: await answerTo(emailQuestion(stage), flags.email, conversation),
  };
}

function skipRegion(stage: string, { region }: Flags, out: (text: string) => void): undefined {
  const reason = `Stage ${stage} has no single region: where it runs is set in config.ts.`;
  if (region !== undefined) throw new UsageError(`--region can't be used. ${reason}`);
  out(`\n${wrap(reason)}`);
}

function refuseMissing(flags: Flags, { settings, stages }: Project): void {
  const hasRegions = stages.some(({ name, region }) => name === flags.stage && region === undefined);
  const needed: Record<Exclude<QuestionName, 'product'>, boolean> = {
    'app-id': !settings.appIdByVariable,
    scopes: true,
    interval: true,
    stage: true,
    region: !hasRegions,
    email: true,
  };
  const given: Readonly<Record<string, unknown>> = { ...flags };
  const missing = [
    ...Object.entries(needed).flatMap(([name, isNeeded]) => (isNeeded && given[name] === undefined ? [name] : [])),
    ...(flags.yes || flags['dry-run'] ? [] : ['yes']),
  ];
  if (missing.length === 0) return;
  throw new UsageError(
    `Standard input is not a terminal, so nobody can be asked. Missing: ${missing.map((name) => `--${name}`).join(', ')}.`,
  );
}
