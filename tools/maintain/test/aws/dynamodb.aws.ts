import { givenAws } from './endpoint';
import { tellStory } from './story';

tellStory('dynamodb', async () => givenAws());
