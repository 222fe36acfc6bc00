import { findMoto, type Moto, startMoto } from '../../../moto/moto';
import type { OtherAws } from '../../aws/endpoint';

/** @throws {Error} when there is no moto: run.ts looks for it before */
export function requiredMoto(functionUrl?: string): Promise<Moto> {
  const installation = findMoto();
  if (!installation) throw new Error('moto was not found. Start the tests with: npm run test:moto');
  return startMoto({ installation, ...(functionUrl !== undefined && { functionUrl }) });
}

/** It runs functions in Docker alone: here the code that was deployed runs on this machine. */
export async function motoAws(functionUrl: string): Promise<OtherAws> {
  const { url, stop } = await requiredMoto(functionUrl);
  return { url, runsFunctions: false, stop };
}
