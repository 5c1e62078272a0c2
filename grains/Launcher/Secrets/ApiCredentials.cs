namespace OrleansHybrid.Launcher.Secrets;

/// <summary>The credentials of one call. They must not be kept after it.</summary>
internal sealed class ApiCredentials(string username, SecretBytes key)
{
    /// <summary>The account.</summary>
    public string Username => username;

    /// <summary>Its key.</summary>
    public SecretBytes Key => key;
}
