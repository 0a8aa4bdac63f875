// The test build: the exports of main, and every inner function that has a unit test under a name of its own. (asc has no
// `export * as`, and of equal names it silently exports only the first.)

export { isDigit as ascii_isDigit, isUpper as ascii_isUpper } from './bytes/ascii';
export {
  equals as scan_equals,
  equalsIgnoringCase as scan_equalsIgnoringCase,
  find as scan_find,
  matches as scan_matches,
  skipBlanks as scan_skipBlanks,
  trimBlanks as scan_trimBlanks,
  trimBlanksAndReturns as scan_trimBlanksAndReturns,
} from './bytes/scan';
export {
  byte as writer_byte,
  decimal as writer_decimal,
  decimal64 as writer_decimal64,
  dotted as writer_dotted,
  fixed as writer_fixed,
  hexadecimal as writer_hexadecimal,
  hexDigit as writer_hexDigit,
  nine as writer_nine,
  three as writer_three,
} from './bytes/writer';
export { find as filter_find, passes as filter_passes } from './filter/program';
export {
  retransmissions as direction_retransmissions,
  sawBeginning as direction_sawBeginning,
  stored as direction_stored,
} from './flow/direction';
export {
  acknowledged as reassembly_acknowledged,
  beginAt as reassembly_beginAt,
  consume as reassembly_consume,
  gapLength as reassembly_gapLength,
  gapStamp as reassembly_gapStamp,
  giveUp as reassembly_giveUp,
  next as reassembly_next,
  offer as reassembly_offer,
  piece as reassembly_piece,
  pieceBegins as reassembly_pieceBegins,
  pieceEnd as reassembly_pieceEnd,
  pieceMark as reassembly_pieceMark,
  pieceStamp as reassembly_pieceStamp,
  release as reassembly_release,
} from './flow/reassembly';
export { isCopy as seen_isCopy } from './flow/seen';
export {
  begin as follower_begin,
  beginInTheMiddle as follower_beginInTheMiddle,
  body as follower_body,
  bodyBytes as follower_bodyBytes,
  consumed as follower_consumed,
  finish as follower_finish,
  gap as follower_gap,
  hadGap as follower_hadGap,
  headKind as follower_headKind,
  headMark as follower_headMark,
  headOffset as follower_headOffset,
  headStamp as follower_headStamp,
  isOpen as follower_isOpen,
  lastStamp as follower_lastStamp,
  next as follower_next,
  offset as follower_offset,
  phase as follower_phase,
  release as follower_release,
  skipped as follower_skipped,
  start as follower_start,
  tunnel as follower_tunnel,
  wireBytes as follower_wireBytes,
} from './follow/follower';
export { endpoint as address_endpoint } from './format/address';
export { escaped as escape_escaped } from './format/escape';
export { line as line_line, settle as line_settle } from './format/line';
export { quoted as quote_quoted } from './format/quote';
export {
  common as time_common,
  dateTime as time_dateTime,
  localDay as time_localDay,
  start as time_start,
  utc as time_utc,
} from './format/time';
export { next as captureFile_next } from './frames/capture-file';
export {
  frame as input_frame,
  frameEnd as input_frameEnd,
  linkType as input_linkType,
  next as input_next,
  originalLength as input_originalLength,
  stamp as input_stamp,
} from './frames/input';
export {
  capturedLength as tpacket_capturedLength,
  firstPacket as tpacket_firstPacket,
  interfaceIndex as tpacket_interfaceIndex,
  network as tpacket_network,
  nextPacket as tpacket_nextPacket,
  originalLength as tpacket_originalLength,
  outgoingLoopback as tpacket_outgoingLoopback,
  packets as tpacket_packets,
  protocol as tpacket_protocol,
  stamp as tpacket_stamp,
  tagged as tpacket_tagged,
  vlanIdentifier as tpacket_vlanIdentifier,
} from './frames/tpacket';
export {
  clear as fields_clear,
  has as fields_has,
  mayBeWanted as fields_mayBeWanted,
  take as fields_take,
  value as fields_value,
  valueEnd as fields_valueEnd,
} from './http/fields';
export {
  headEnd as head_headEnd,
  mayBegin as head_mayBegin,
  messageEnd as head_messageEnd,
  read as head_read,
  startLine as head_startLine,
  startLineEnd as head_startLineEnd,
  status as head_status,
  whole as head_whole,
} from './http/head';
export { beginsRequest as methods_beginsRequest } from './http/methods';
export {
  authority as requestLine_authority,
  authorityEnd as requestLine_authorityEnd,
  methodEnd as requestLine_methodEnd,
  path as requestLine_path,
  pathEnd as requestLine_pathEnd,
  portOf as requestLine_portOf,
  query as requestLine_query,
  queryEnd as requestLine_queryEnd,
  read as requestLine_read,
  scheme as requestLine_scheme,
  schemeEnd as requestLine_schemeEnd,
  target as requestLine_target,
  targetEnd as requestLine_targetEnd,
  version as requestLine_version,
  versionEnd as requestLine_versionEnd,
  wellFormed as requestLine_wellFormed,
} from './http/request-line';
export { finish, start, tick, walkBlock, walkFile } from './main';
export {
  commit as areas_commit,
  handOverAll as areas_handOverAll,
  hasRoom as areas_hasRoom,
  place as areas_place,
} from './memory/areas';
export {
  add as counters_add,
  increment as counters_increment,
  observe as counters_observe,
  packets as counters_packets,
} from './memory/counters';
export { address as directory_address, size as directory_size } from './memory/directory';
export {
  addVlan as settings_addVlan,
  copies as settings_copies,
  filtered as settings_filtered,
  interfaceWanted as settings_interfaceWanted,
  limit as settings_limit,
  live as settings_live,
  portWanted as settings_portWanted,
  snaplen as settings_snaplen,
  split as settings_split,
} from './memory/settings';
export { free as slabs_free, give as slabs_give, start as slabs_start, take as slabs_take } from './memory/slabs';
export {
  ofConnection as half_ofConnection,
  setBegin as half_setBegin,
  setConnect as half_setConnect,
} from './record/connection';
export {
  ofHead as half_ofHead,
  setComplete as half_setComplete,
  setIdle as half_setIdle,
  setInformation as half_setInformation,
  setNumber as half_setNumber,
  setProgress as half_setProgress,
  setRetransmissions as half_setRetransmissions,
  setTags as half_setTags,
} from './record/half';
export { isLocal as local_isLocal, refresh as local_refresh } from './record/local';
export {
  empty as record_empty,
  makeRequest as record_makeRequest,
  makeResponse as record_makeResponse,
} from './record/record';
export { u16At as be_u16At, u32At as be_u32At } from './wire/be';
export {
  cooked as decode_cooked,
  destination as decode_destination,
  destinationPort as decode_destinationPort,
  frame as decode_frame,
  ip as decode_ip,
  network as decode_network,
  payload as decode_payload,
  payloadEnd as decode_payloadEnd,
  segment as decode_segment,
  source as decode_source,
  sourcePort as decode_sourcePort,
  tagCount as decode_tagCount,
  tags as decode_tags,
  version as decode_version,
} from './wire/decode';
export { etherType as ethernet_etherType, fits as ethernet_fits } from './wire/ethernet';
export {
  destination as ipv4_destination,
  fits as ipv4_fits,
  fragmentOffset as ipv4_fragmentOffset,
  headerLength as ipv4_headerLength,
  protocol as ipv4_protocol,
  source as ipv4_source,
  totalLength as ipv4_totalLength,
  version as ipv4_version,
} from './wire/ipv4';
export {
  destination as ipv6_destination,
  extensionFits as ipv6_extensionFits,
  extensionLength as ipv6_extensionLength,
  extensionNextHeader as ipv6_extensionNextHeader,
  fits as ipv6_fits,
  fragmentOffset as ipv6_fragmentOffset,
  isExtension as ipv6_isExtension,
  nextHeader as ipv6_nextHeader,
  payloadLength as ipv6_payloadLength,
  source as ipv6_source,
  version as ipv6_version,
} from './wire/ipv6';
export {
  family as loopback_family,
  familyOfEitherOrder as loopback_familyOfEitherOrder,
  fits as loopback_fits,
  isIpv4 as loopback_isIpv4,
  isIpv6 as loopback_isIpv6,
} from './wire/loopback';
export { bottomOfStack as mpls_bottomOfStack, fits as mpls_fits } from './wire/mpls';
export {
  fits as pppoe_fits,
  isSession as pppoe_isSession,
  protocol as pppoe_protocol,
  protocolLength as pppoe_protocolLength,
} from './wire/pppoe';
export { fits as sll_fits, protocol as sll_protocol } from './wire/sll';
export { fits as sll2_fits, protocol as sll2_protocol } from './wire/sll2';
export {
  acknowledgmentNumber as tcp_acknowledgmentNumber,
  dataOffset as tcp_dataOffset,
  destinationPort as tcp_destinationPort,
  fits as tcp_fits,
  flags as tcp_flags,
  sequenceNumber as tcp_sequenceNumber,
  sourcePort as tcp_sourcePort,
} from './wire/tcp';
export {
  etherType as vlan_etherType,
  fits as vlan_fits,
  identifier as vlan_identifier,
  isTag as vlan_isTag,
} from './wire/vlan';
