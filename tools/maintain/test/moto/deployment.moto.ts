import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { clientOptions } from '../aws/endpoint';
import { runStory } from '../aws/story';
import { motoAws, requiredMoto } from './support/required-moto';

runStory('single', motoAws);

test('a resource type that is not emulated fails a deployment, and is not passed over', async () => {
  const moto = await requiredMoto();
  const cloudFormation = new CloudFormationClient(clientOptions(moto.url));
  const TemplateBody = JSON.stringify({ Resources: { Odd: { Type: 'AWS::Odd::Thing' } } });
  const created = cloudFormation.send(new CreateStackCommand({ StackName: 'other', TemplateBody }));
  await expect(created).rejects.toThrow('AWS::Odd::Thing is not emulated');
  cloudFormation.destroy();
  await moto.stop();
});
