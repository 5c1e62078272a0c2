using System.Collections.Frozen;
using System.Net;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Domain.Scripts;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Launcher.Secrets;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// The operator's rules for launches: what callers may start, who, from where and how much; one file, read and checked as a whole. No
/// secret is in it.
/// </summary>
internal sealed record LauncherPolicy
{
    /// <summary>SHA-256 of the file's text, in hex.</summary>
    public required string Version { get; init; }

    /// <summary>The name of the account here; its launcher grain has the same.</summary>
    public required string Account { get; init; }

    /// <summary>Where jobs run.</summary>
    public required LaunchProviderKind Provider { get; init; }

    /// <summary>How the provider of that name is reached; none where jobs run elsewhere.</summary>
    public required JarviceAccess? Jarvice { get; init; }

    /// <summary>The executor of jobs that run on this machine.</summary>
    public required LaunchExecutor Executor { get; init; }

    /// <summary>The one script that can be started.</summary>
    public required ScriptTemplate Script { get; init; }

    /// <summary>True when only whole hashes are taken.</summary>
    public required bool StrictHash { get; init; }

    /// <summary>The parameters that callers may choose beside the commit, by name.</summary>
    public required IReadOnlyDictionary<string, LaunchParameter> Parameters { get; init; }

    /// <summary>The terms of each launch.</summary>
    public required LaunchProfile Profile { get; init; }

    /// <summary>The callers that are allowed.</summary>
    public required IReadOnlyList<CallerCredential> Credentials { get; init; }

    /// <summary>
    /// The rights for group and others that files with secrets may have; none, unless they are mounted by something
    /// that gives some.
    /// </summary>
    public required UnixFileMode SecretFileMode { get; init; }

    /// <summary>From where.</summary>
    public required AllowedCallers Callers { get; init; }

    /// <summary>How often.</summary>
    public required CallRates Rates { get; init; }

    /// <summary>How it is listened and answered.</summary>
    public required ListenerOptions Listener { get; init; }

    /// <summary>The part of it that every call is checked against.</summary>
    public LaunchRules Rules => new()
    {
        Version = Version,
        StrictHash = StrictHash,
        Parameters = Parameters,
        Credentials = Credentials.ToDictionary(
            credential => credential.Id, credential => new LaunchCredential(credential.NotBefore, credential.NotAfter, credential.MayForce)),
        Terms = Profile,
    };
}

/// <summary>Where jobs run.</summary>
internal enum LaunchProviderKind
{
    /// <summary>At Nimbix, through its JARVICE API.</summary>
    Jarvice,

    /// <summary>On this machine, through our own executors: to try a policy out.</summary>
    Local,
}

/// <summary>The executors of jobs that run on this machine.</summary>
internal enum LaunchExecutor
{
    /// <summary>A container of the Docker engine here.</summary>
    Docker,

    /// <summary>A child process: no security boundary.</summary>
    Process,
}

/// <summary>How a JARVICE API is called, and the source of its key.</summary>
internal sealed record JarviceAccess(JarviceOptions Options, KeySource Key)
{
    private static readonly IReadOnlySet<ProviderCall> NoCalls = FrozenSet<ProviderCall>.Empty;

    /// <summary>True when two say the same, or there is neither.</summary>
    public static bool AreSame(JarviceAccess? one, JarviceAccess? other) => one is null || other is null
        ? one is null && other is null
        : one.Key == other.Key
            && one.Options.GetFallback.SetEquals(other.Options.GetFallback)
            && one.Options with { GetFallback = NoCalls } == other.Options with { GetFallback = NoCalls };
}

/// <summary>Where a secret is read from: a file, or else a variable of the environment.</summary>
internal sealed record SecretSource(string? File, string? Variable);

/// <summary>A caller's credential: its schemes, its validity, and whether it may force a launch.</summary>
internal sealed record CallerCredential(
    string Id, SecretSource Secret, CallSchemes Schemes, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter, bool MayForce);

/// <summary>How a caller may show who it is.</summary>
[Flags]
internal enum CallSchemes
{
    /// <summary>By sending the secret.</summary>
    Plain = 1,

    /// <summary>By signing with it.</summary>
    Hmac = 2,
}

/// <summary>
/// How many calls a minute an address may make, and how many launches a credential and all together may ask for.
/// </summary>
internal sealed record CallRates(int Calls, int CredentialLaunches, int Launches);

/// <summary>The launcher's HTTP listener.</summary>
internal sealed record ListenerOptions
{
    /// <summary>Where it listens. A change of it waits for the next start.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Certificate and key; none for plain HTTP.</summary>
    public required TlsFiles? Tls { get; init; }

    /// <summary>Whether plain HTTP is answered from beyond this machine.</summary>
    public required bool AllowPlainHttp { get; init; }

    /// <summary>Whether every rejection of a launch is an empty 200, as with the nimbix-admin wrapper.</summary>
    public required bool SilentRejections { get; init; }

    /// <summary>Whether a caller of the original form is sent the console text.</summary>
    public required bool StreamsConsole { get; init; }

    /// <summary>Whether a launch is cancelled when the caller that its console is streamed to disconnects.</summary>
    public required bool CancelOnDisconnect { get; init; }
}

/// <summary>A certificate with those that signed it, and its key, both PEM.</summary>
internal sealed record TlsFiles(string Certificate, string Key);
