import { givenAws } from './endpoint';
import { runStory } from './story';

runStory('dynamodb', async () => givenAws());
