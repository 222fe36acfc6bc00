import { synthesizeStacks } from './stacks';

// The CDK app: makes a stack for each stage of config.ts, in each of its regions.
//
//   cdk deploy --all -c stage=dev     deploys only that stage
//   cdk synth -c config=FILE          reads FILE instead of config.ts
//   cdk synth -c manifest=FILE        reads FILE instead of manifest.yml
synthesizeStacks();
