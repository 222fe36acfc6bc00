import { findMoto, type Moto, startMoto } from '../../../moto/moto';

/** @throws {Error} when there is no moto: run.ts looks for it before */
export function requiredMoto(functionUrl?: string): Promise<Moto> {
  const installation = findMoto();
  if (!installation) throw new Error('moto was not found. Start the tests with: npm run test:moto');
  return startMoto({ installation, ...(functionUrl !== undefined && { functionUrl }) });
}
