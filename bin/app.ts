import { synthesizeStacks } from './stacks';

// The entry of the CDK CLI: config.ts and manifest.yml become a stack for each stage, in each of its regions.
//
//   cdk deploy --all -c stage=dev     only that stage
//   cdk synth -c config=FILE          another configuration than config.ts
//   cdk synth -c manifest=FILE        another manifest than manifest.yml
void synthesizeStacks();
