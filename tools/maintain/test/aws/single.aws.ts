import { givenAws } from './endpoint';
import { tellStory } from './story';

tellStory('single', async () => givenAws());
