import { type EditOptions, setBaseUrl } from '../../../bin/manifest/editing/set-base-url';
import { documentOf } from '../../lib/manifest/manifests';

/** {@link setBaseUrl} from text to text. */
export function setUrl(text: string, options: EditOptions) {
  const { manifest, ...told } = setBaseUrl(documentOf(text), options);
  return { text: manifest.text, ...told };
}
