/**
 * Fields of Windows events by category: those of Sysmon's event manifest (version 15) and of PowerShell's channels. Only
 * categories whose fields are known in full are here; of others nothing is called unknown.
 */
import type { LogSource } from "../../../schema";

/** In every event: what Windows says of it, and what collectors add. */
const EVERY = "EventID Provider_Name Provider_Guid Channel Computer Security_UserID RuleName UtcTime Message EventRecordID";
const PROCESS = "ProcessGuid ProcessId Image User";
const REGISTRY = `EventType TargetObject Details NewName ${PROCESS} ParentImage CommandLine`;
const FILE = `TargetFilename CreationUtcTime PreviousCreationUtcTime Hashes IsExecutable Archived SourceFilename ParentImage CommandLine ${PROCESS}`;
const SHELL = "ContextInfo UserData Payload HostName HostVersion HostApplication EngineVersion NewEngineState PreviousEngineState Data CommandLine ScriptName "
  + "ScriptBlockText ScriptBlockId Path MessageNumber MessageTotal";

const FIELDS: ReadonlyMap<string, string> = new Map([
  ["process_creation", `${PROCESS} CommandLine CurrentDirectory LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes OriginalFileName Description Product Company `
    + "FileVersion ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser GrandParentImage md5 sha1 sha256 Imphash Provider TokenElevationType "
    + "SubjectUserName SubjectUserSid SubjectDomainName SubjectLogonId NewProcessName MandatoryLabel TargetUserName"],
  ["process_termination", PROCESS],
  ["process_access", "SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID TargetProcessId TargetImage GrantedAccess CallTrace "
    + "SourceUser TargetUser SourceCommandLine"],
  ["process_tampering", `Type ${PROCESS}`],
  ["create_remote_thread", "SourceProcessGuid SourceProcessId SourceImage TargetProcessGuid TargetProcessId TargetImage NewThreadId StartAddress StartModule "
    + "StartFunction SourceUser TargetUser SourceCommandLine SourceParentImage TargetParentProcessId"],
  ["create_stream_hash", `TargetFilename CreationUtcTime Hash Hashes Contents ${PROCESS}`],
  ["image_load", `${PROCESS} ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed Signature SignatureStatus CommandLine md5 sha1 sha256 Imphash`],
  ["driver_load", "ImageLoaded Hashes Signed Signature SignatureStatus md5 sha1 sha256 Imphash Image"],
  ["network_connection", `${PROCESS} Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp `
    + "DestinationHostname DestinationPort DestinationPortName CommandLine ParentImage"],
  ["dns_query", `${PROCESS} QueryName QueryStatus QueryResults CommandLine`],
  ["pipe_created", `${PROCESS} EventType PipeName CommandLine ParentImage`],
  ["registry_event", REGISTRY], ["registry_set", REGISTRY], ["registry_add", REGISTRY], ["registry_delete", REGISTRY], ["registry_rename", REGISTRY],
  ["file_event", FILE], ["file_change", FILE], ["file_delete", FILE], ["file_rename", FILE], ["file_access", `${FILE} FileName CreateOptions Irp FileObject IssuingThreadId`],
  ["file_executable_detected", FILE], ["file_block_executable", FILE], ["file_block_shredding", FILE],
  ["raw_access_thread", `${PROCESS} Device`],
  ["wmi_event", "EventType Operation User EventNamespace Name Query Type Destination Consumer Filter"],
  ["ps_script", SHELL], ["ps_module", SHELL], ["ps_classic_start", SHELL], ["ps_classic_script", SHELL], ["ps_classic_provider_start", SHELL],
]);

/** The fields that a log source's events have; undefined where we do not know all of them. */
export function fieldsOf(source: LogSource): readonly string[] | undefined {
  if (source.product !== "windows" || source.category === undefined) return undefined;
  const own = FIELDS.get(source.category);
  return own === undefined ? undefined : `${EVERY} ${own}`.split(" ");
}
