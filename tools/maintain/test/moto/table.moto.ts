import { tellStory } from '../aws/story';
import { motoAws } from './support/required-moto';

tellStory('dynamodb', motoAws);
