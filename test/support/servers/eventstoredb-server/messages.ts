import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Proposed, Stored } from './memory-log.js';

/** The value that EventStoreDB before 22.6 returns as position in stream reads. */
const NO_POSITION = 2n ** 64n - 1n;

const identifier = (stream: string) => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  return identifier;
};

/** @param tellPosition false as in stream reads of old servers */
export const eventMessage = (stored: Stored, tellPosition: boolean): streams.ReadResp => {
  const position = (tellPosition ? stored.position : NO_POSITION).toString();
  const id = new shared.UUID();
  id.setString(stored.id);
  const event = new streams.ReadResp.ReadEvent.RecordedEvent();
  event.setId(id);
  event.setStreamIdentifier(identifier(stored.stream));
  event.setStreamRevision(stored.revision.toString());
  event.setCommitPosition(position);
  event.setPreparePosition((tellPosition ? stored.prepare : NO_POSITION).toString());
  event.getMetadataMap().set('type', stored.type);
  event.getMetadataMap().set('content-type', stored.contentType);
  event.getMetadataMap().set('created', '17000000000000000');
  event.setData(stored.data);
  event.setCustomMetadata(stored.metadata);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(event);
  if (tellPosition) read.setCommitPosition(position);
  else read.setNoPosition(new shared.Empty());
  const message = new streams.ReadResp();
  message.setEvent(read);
  return message;
};

export const confirmation = (): streams.ReadResp => {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId('subscription');
  const message = new streams.ReadResp();
  message.setConfirmation(confirmation);
  return message;
};

export const checkpoint = (position: bigint): streams.ReadResp => {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(position.toString());
  checkpoint.setPreparePosition(position.toString());
  const message = new streams.ReadResp();
  message.setCheckpoint(checkpoint);
  return message;
};

export const caughtUp = (): streams.ReadResp => {
  const message = new streams.ReadResp();
  message.setCaughtUp(new streams.ReadResp.CaughtUp());
  return message;
};

export const streamNotFound = (stream: string): streams.ReadResp => {
  const notFound = new streams.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(identifier(stream));
  const message = new streams.ReadResp();
  message.setStreamNotFound(notFound);
  return message;
};

export const proposed = (message: streams.AppendReq.ProposedMessage): Proposed => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

/** @param position undefined when the response has none */
export const success = (revision: bigint, position: bigint | undefined): streams.AppendResp => {
  const success = new streams.AppendResp.Success();
  success.setCurrentRevision(revision.toString());
  if (position === undefined) success.setNoPosition(new shared.Empty());
  else {
    const place = new streams.AppendResp.Position();
    place.setCommitPosition(position.toString());
    place.setPreparePosition(position.toString());
    success.setPosition(place);
  }
  const message = new streams.AppendResp();
  message.setSuccess(success);
  return message;
};

/** @param current -1n when there is no stream */
export const wrongRevision = (expected: bigint, current: bigint): streams.AppendResp => {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (current === -1n) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(current.toString());
  if (expected < 0n) wrong.setExpectedNoStream(new shared.Empty());
  else wrong.setExpectedRevision(expected.toString());
  const message = new streams.AppendResp();
  message.setWrongExpectedVersion(wrong);
  return message;
};

export const clusterInfo = (members: readonly { port: number; leader: boolean }[]): gossip.ClusterInfo => {
  const info = new gossip.ClusterInfo();
  const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
  info.setMembersList(
    members.map(({ port, leader }) => {
      const endPoint = new gossip.EndPoint();
      endPoint.setAddress('127.0.0.1');
      endPoint.setPort(port);
      const member = new gossip.MemberInfo();
      member.setHttpEndPoint(endPoint);
      member.setIsAlive(true);
      member.setState(leader ? LEADER : FOLLOWER);
      return member;
    }),
  );
  return info;
};

const failed = (
  code: status,
  details: string,
  trailers: Record<string, string> = {},
): Partial<ServiceError> => {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.add(key, value);
  return { code, details, metadata };
};

/** The error text is that of the server. */
export const notLeader = (leader: { readonly host: string; readonly port: number } | undefined) =>
  leader
    ? failed(status.NOT_FOUND, 'Leader info available', {
        exception: 'not-leader',
        'leader-endpoint-host': leader.host,
        'leader-endpoint-port': `${leader.port}`,
      })
    : failed(status.UNKNOWN, 'No leader info available in response');
export const tooLarge = (max: number) =>
  failed(status.INVALID_ARGUMENT, `Maximum Append Size of ${max} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': `${max}`,
  });
/** An error of servers that are newer than the client. */
export const eventTooLarge = (max: number) =>
  failed(status.INVALID_ARGUMENT, `Event is larger than the Maximum Append Event Size of ${max}.`, {
    exception: 'maximum-append-event-size-exceeded',
    'maximum-append-event-size': `${max}`,
  });
export const tooBusy = () => failed(status.UNAVAILABLE, 'Server Is Too Busy');
export const notReady = () => failed(status.UNAVAILABLE, 'Server Is Not Ready');
export const dropped = () => failed(status.CANCELLED, 'Operation cancelled');
