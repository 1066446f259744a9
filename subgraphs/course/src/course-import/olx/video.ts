import type { StaticFile } from './olx-files.js';
import { attribute, descendants, type XmlElement } from './xml.js';

export interface OlxVideo {
  url: string;
  durationSeconds: number | null;
  /** Of the course's language where there is one, or else the first; a file of the course. */
  transcript: StaticFile | null;
  /** Files that go with it: slides, a transcript to download. */
  documents: { title: string; file: StaticFile }[];
  leftOut: string[];
}

/** @param find the file that an address or a transcript's name stands for; tells when it is missing */
export function readVideo(
  video: XmlElement,
  language: string,
  find: (address: string) => StaticFile | null,
): OlxVideo | null {
  const url = addressOf(video, find);
  if (url === null) return null;
  const leftOut: string[] = [];

  const transcripts = transcriptsOf(video);
  const chosen = transcripts.find(([code]) => code === language) ?? transcripts[0];
  const transcript = chosen ? find(`/static/${chosen[1]}`) : null;
  const others = transcripts.filter((given) => given !== chosen).map(([code]) => code);
  if (others.length > 0) leftOut.push(`the transcripts in ${others.join(', ')}`);

  const documents: OlxVideo['documents'] = [];
  for (const [name, title] of [
    ['handout', 'Handout'],
    ['track', 'Transcript'],
  ] as const) {
    const address =
      attribute(video, name) || attribute(descendants(video, name)[0] ?? video, 'src');
    const file = address ? find(address) : null;
    if (file) documents.push({ title, file });
  }
  if (attribute(video, 'end_time') && seconds(attribute(video, 'end_time')) > 0) {
    leftOut.push(`that it ends at ${attribute(video, 'end_time')}`);
  }
  const length = Number(attribute(descendants(video, 'video_asset')[0] ?? video, 'duration'));
  return {
    url,
    durationSeconds: length > 0 && length <= 360_000 ? Math.round(length) : null,
    transcript,
    documents,
    leftOut,
  };
}

function addressOf(video: XmlElement, find: (address: string) => StaticFile | null): string | null {
  const youtube =
    attribute(video, 'youtube_id_1_0').trim() ||
    // `speed:id` pairs, of which 1.00 is the video itself.
    (/(?:^|,)\s*1\.0+:([\w-]+)/.exec(attribute(video, 'youtube'))?.[1] ?? '');
  if (/^[\w-]+$/.test(youtube)) {
    const from = seconds(attribute(video, 'start_time'));
    return `https://www.youtube.com/watch?v=${youtube}${from > 0 ? `&t=${from}s` : ''}`;
  }
  const sources = [
    ...descendants(video, 'source').map((source) => attribute(source, 'src')),
    ...jsonList(attribute(video, 'html5_sources')),
    attribute(video, 'source'),
  ].map((source) => source.trim());
  for (const source of sources) {
    if (/^https?:\/\//i.test(source)) return source;
    const file = source ? find(source) : null;
    if (file) return `media:${file.mediaId}`;
  }
  return null;
}

function transcriptsOf(video: XmlElement): [language: string, name: string][] {
  const listed = descendants(video, 'transcript')
    .map((each): [string, string] => [attribute(each, 'language'), attribute(each, 'src')])
    .filter(([, name]) => name !== '');
  if (listed.length > 0) return listed;
  const given = json(attribute(video, 'transcripts'));
  const named = given && typeof given === 'object' && !Array.isArray(given) ? given : {};
  const found = Object.entries(named).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const old = attribute(video, 'sub').trim();
  return found.length === 0 && old ? [['en', `subs_${old}.srt.sjson`]] : found;
}

/** `hh:mm:ss`, or a number of seconds; 0 for anything else. */
function seconds(text: string): number {
  if (!/^[\d:.]+$/.test(text)) return 0;
  return Math.floor(text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)) || 0;
}

function json(text: string): unknown {
  try {
    return text === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

function jsonList(text: string): string[] {
  const list = json(text);
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
