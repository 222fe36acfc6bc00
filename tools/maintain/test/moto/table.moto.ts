import { runStory } from '../aws/story';
import { motoAws } from './support/required-moto';

runStory('dynamodb', motoAws);
