namespace OrleansHybrid.Client;

/// <summary>The forms in which a client can seal payloads with a hex key; with a public RSA key there is one only.</summary>
public enum SealMode
{
    /// <summary>Our envelope, which is bound to project, cluster, code package and a number of starts.</summary>
    Envelope,

    /// <summary>Form S of the IronWorker document, which other runners can open, too; it is bound to the key only.</summary>
    IronCompatible,
}
