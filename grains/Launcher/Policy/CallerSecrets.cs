using OrleansHybrid.Launcher.Secrets;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// Reads the secrets of callers. A variable is taken out of the environment when it is first read, and kept here for
/// when the policy is read again.
/// </summary>
internal sealed partial class CallerSecrets(ILogger<CallerSecrets> log) : IDisposable
{
    private readonly Dictionary<string, SecretBytes> _fromEnvironment = [];

    /// <summary>A copy of the secret, for the caller to dispose of; throws <see cref="UnusableSecretException"/>.</summary>
    public SecretBytes Read(SecretSource source, UnixFileMode allowedMode) =>
        source.File is { } file ? SecretFile.Read(file, allowedMode).Content : new SecretBytes(TakeVariable(source.Variable!).Span);

    /// <summary>Overwrites what was taken.</summary>
    public void Dispose()
    {
        foreach (var secret in _fromEnvironment.Values)
        {
            secret.Dispose();
        }
    }

    private SecretBytes TakeVariable(string variable)
    {
        if (!_fromEnvironment.TryGetValue(variable, out var secret))
        {
            secret = SecretVariable.Take(variable) ?? throw new UnusableSecretException(variable, "is not set in the environment");
            _fromEnvironment.Add(variable, secret);
            FromEnvironment(variable);
        }

        return secret;
    }

    [LoggerMessage(1, LogLevel.Warning, "Caller secret read from {Variable}, where other programs of the same user could read it; use a file instead")]
    private partial void FromEnvironment(string variable);
}
