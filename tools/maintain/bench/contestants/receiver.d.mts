/** The deployed receiver, which the bench puts beside warm.ts. */
export declare const handler: (event: unknown) => Promise<{ readonly statusCode: number }>;
