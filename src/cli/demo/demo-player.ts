import { randomUUID } from 'node:crypto';
import type { Role } from '../../application/ports/access-tokens.js';
import type { RunningService } from '../serve.js';

const TOKEN_SECONDS = 600;

/** A player that reports two plays of a few minutes ago over HTTP. */
export class DemoPlayer {
  constructor(
    private readonly running: RunningService,
    private readonly printLine: (line: string) => void,
  ) {}

  async playTwoTracks(): Promise<void> {
    const label = await this.as('label', 'demo-label');
    const listener = await this.as('listener', randomUUID());

    const artist = await label('POST', '/v1/artists', { name: 'The Invented Four' });
    const track = async (title: string, durationMs: number): Promise<string> =>
      (await label('POST', '/v1/tracks', { title, artistId: artist.id, durationMs })).id;
    const [long, short] = [await track('Three Minutes', 180_000), await track('Twenty Seconds', 20_000)];

    const began = Date.now() - 300_000;
    const at = (seconds: number): string => new Date(began + seconds * 1_000).toISOString();
    const start = (trackId: string, seconds: number) =>
      listener('POST', '/v1/plays', {
        trackId,
        territory: 'DE',
        offering: 'premium',
        deviceId: 'demo-player',
        at: at(seconds),
      });

    const { id } = await start(long, 0);
    await listener('POST', `/v1/plays/${id}/progress`, { positionMs: 10_000, at: at(10) });
    await listener('POST', `/v1/plays/${id}/seek`, { fromMs: 20_000, toMs: 5_000, at: at(20) });
    await listener('POST', `/v1/plays/${id}/stop`, { positionMs: 40_000, at: at(55) });
    this.printLine(
      '   Three Minutes: played from 0 to 20 s, seeked back to 5 s, played to 40 s: 40 s unique, counts as a play',
    );

    const { id: shortPlay } = await start(short, 60);
    const { position } = await listener('POST', `/v1/plays/${shortPlay}/stop`, {
      positionMs: 20_000,
      reason: 'ended',
      at: at(80),
    });
    this.printLine('   Twenty Seconds: played to the end, counts as a play');

    const history = await listener('GET', '/v1/plays/history', undefined, { 'Min-Position': position });
    this.printLine(`   The listening history shows ${history.items.length} plays immediately`);
  }

  private async as(role: Role, subject: string) {
    const { tokens } = this.running.service.dependencies;
    const token = await tokens.issueToken({ role, subject, ttl: TOKEN_SECONDS });
    return async (
      method: 'GET' | 'POST',
      path: string,
      body?: object,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Answer> => {
      const response = await fetch(`${this.running.server.url}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body ? { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() } : {}),
          ...headers,
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return JSON.parse(text) as Answer;
    };
  }
}

/** The fields of responses that the demo reads. */
type Answer = { readonly id: string; readonly position: string; readonly items: readonly unknown[] };
