import { regionsOf } from '../../lib/stage-stacks';
import { contextText, synthesizeStacks } from '../stacks';
import { localStage } from './stage';

// The CDK entry of a local run. It differs from bin/app.ts in what a real deployment must not have: a key server and an
// API that somebody names on the command line, and a stage without what only a real account has.
void synthesizeStacks({
  adapt: (stage, app) =>
    localStage(stage, {
      regions: JSON.parse(contextText(app, 'regions') ?? JSON.stringify(regionsOf(stage))),
      strategy: contextText(app, 'strategy'),
      environment: contextText(app, 'environment'),
    }),
  surroundings: (app) => {
    const localApiOrigin = contextText(app, 'apiOrigin');
    return { jwksUrl: String(contextText(app, 'jwksUrl')), ...(localApiOrigin !== undefined && { localApiOrigin }) };
  },
});
