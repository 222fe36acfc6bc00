import { givenAws } from './endpoint';
import { runStory } from './story';

runStory('single', async () => givenAws());
