import { randomUUID } from 'node:crypto';
import type { Role } from '../../application/ports/access-tokens.js';
import type { RunningService } from '../serve.js';

const TOKEN_SECONDS = 600;

/** A player that reports what it plays, by its own clock: it began a few minutes ago. */
export class DemoPlayer {
  constructor(
    private readonly running: RunningService,
    private readonly tell: (line: string) => void,
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
    this.tell(
      '   Three Minutes: heard 0 to 20 s, scrubbed back to 5 s, heard to 40 s: 40 s that are unique, it counts',
    );

    const { id: whole } = await start(short, 60);
    const { position } = await listener('POST', `/v1/plays/${whole}/stop`, {
      positionMs: 20_000,
      reason: 'ended',
      at: at(80),
    });
    this.tell('   Twenty Seconds: heard whole, it counts');

    const history = await listener('GET', '/v1/plays/history', undefined, { 'Min-Position': position });
    this.tell(`   The listening history shows ${history.items.length} plays at once`);
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

/** What the demo looks at of the answers it gets. */
type Answer = { readonly id: string; readonly position: string; readonly items: readonly unknown[] };
