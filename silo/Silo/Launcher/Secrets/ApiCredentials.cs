namespace OrleansHybrid.Silo.Launcher.Secrets;

/// <summary>What a call signs in with. It is lent for the time of the call, and kept by nobody.</summary>
internal sealed class ApiCredentials(string username, SecretBytes key)
{
    /// <summary>The account.</summary>
    public string Username => username;

    /// <summary>Its key.</summary>
    public SecretBytes Key => key;
}
