/** A text that somebody could read, and where: such as a log line. */
export interface Said {
  readonly where: string;
  readonly text: string;
}

/** Shorter ends of tokens are not searched for: they could be in any text by chance. */
const LEAST_CHARACTERS = 16;

/** Anything that looks like a signed token, whether it is known or not. */
const SIGNED_TOKEN = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{16,}/;

/** A stretch of text long enough to have part of a token in it, without what can't be in one. */
const STRETCH = /[\w.~+/-]{16,}/g;

/**
 * Where in `said` one of `tokens` can be read: as it is, or only its signature, or within base64. A token without its
 * signature is worth nothing, so that the signature is what is looked for; of an opaque token, it is the whole.
 *
 * @returns a sentence for each find, without the token in it
 */
export function findLeaks(said: readonly Said[], tokens: Iterable<string>): string[] {
  const forms = [...tokens].flatMap(formsOf);
  // What a suite says repeats itself: the same stretch is searched once.
  const findsByStretch = new Map<string, readonly string[]>();
  const findsIn = (stretch: string) => {
    const finds = findsByStretch.get(stretch) ?? search(stretch, forms);
    findsByStretch.set(stretch, finds);
    return finds;
  };
  return said.flatMap(({ where, text }) => {
    const finds = new Set((text.match(STRETCH) ?? []).flatMap(findsIn));
    return [...finds].map((find) => `${where} shows ${find}.`);
  });
}

/** A way to write a token, and its name. */
interface Form {
  readonly name: string;
  readonly text: string;
}

function search(stretch: string, forms: readonly Form[]): string[] {
  const searched = inOneAlphabet(stretch);
  const known = forms.filter(({ text }) => searched.includes(text)).map(({ name }) => name);
  return known.length === 0 && SIGNED_TOKEN.test(stretch) ? ['what looks like a signed token'] : known;
}

function formsOf(token: string): Form[] {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  if (signature.length < LEAST_CHARACTERS) return [];
  return [
    { name: "a token's signature", text: inOneAlphabet(signature) },
    ...withinBase64(signature).map((text) => ({ name: "a token's signature in base64", text })),
  ];
}

/** base64 and base64url differ in two characters. */
const inOneAlphabet = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');

/** What `text` becomes within a longer text that is written in base64: by its place there, one of three things. */
function withinBase64(text: string): string[] {
  return [0, 1, 2].map((bytesBefore) => {
    const encoded = Buffer.from('\0'.repeat(bytesBefore) + text).toString('base64url');
    // The characters at both ends depend on the neighbours as well.
    return encoded.slice(bytesBefore === 0 ? 0 : bytesBefore + 1, -1);
  });
}
